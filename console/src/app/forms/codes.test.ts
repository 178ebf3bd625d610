import { expect, it } from 'vitest';
import { zh } from '@/shared/i18n/zh';
import { codeFault, codeFrom, nameFaults } from './codes';

it('a code is suggested from the English name', () => {
  expect(codeFrom('Pop-up store ')).toBe('pop_up_store');
  expect(codeFrom(' 24h Kiosk (north) ')).toBe('h_kiosk_north');
  expect(codeFrom('茶')).toBe('');
  expect(codeFrom('x'.repeat(60))).toHaveLength(40);
});

it('a code begins with a small letter', () => {
  expect(codeFault(zh, '', 'hint')).toEqual({ code: zh.access.required });
  expect(codeFault(zh, ' key_2 ', 'hint')).toEqual({});
  for (const wrong of ['2key', 'Key', 'a-b', 'x'.repeat(41)])
    expect(codeFault(zh, wrong, 'hint')).toEqual({ code: 'hint' });
});

it('both names are asked for', () => {
  expect(nameFaults(zh, { name_zh: ' ', name_en: 'A' })).toEqual({ name_zh: zh.access.required });
});
