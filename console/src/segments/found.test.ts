import { expect, it } from 'vitest';
import { createFmt } from '@/shared/fmt';
import { foundText } from './found';
import type { FoundValue } from './types';

it('what was found reads as everything else does, and names nobody', () => {
  const fmt = createFmt('en', 'Asia/Shanghai');
  const text = (value: FoundValue) => foundText(fmt, () => '***', { yes: 'yes', no: 'no' }, value);
  expect(text('a@example.com')).toBe('***');
  expect(text(1234.5)).toBe('1,234.5');
  expect(text(true)).toBe('yes');
  expect(text({ money: '-1234.50 CNY' })).toBe(fmt.money({ minor: -123_450, currency: 'CNY', exponent: 2 }));
  expect(text({ money: '1200 JPY' })).toBe(fmt.money({ minor: 1_200, currency: 'JPY', exponent: 0 }));
  expect(text({ money: 'odd' })).toBe('odd');
  expect(text({ day: '2026-01-31' })).toBe('2026-01-31');
  expect(text({ instant: '2026-01-30T17:00:00Z' })).toBe(fmt.listTime('2026-01-30T17:00:00Z'));
});
