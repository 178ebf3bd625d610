import { expect, it } from 'vitest';
import { zh } from '@/shared/i18n/zh';
import { changeOf, faultsOf, formOf } from './edit';
import type { Code } from './types';

const BRAND = { currency: 'CNY', exponent: 2 };
const CODE = { name: '货架', target: 'https://a.example/', cost_minor: 1250 } as Code;

it('a form becomes what is sent, or says what is wrong with it', () => {
  const form = formOf(CODE, BRAND);
  expect(form).toEqual({ name: '货架', target: 'https://a.example/', cost: '12.50' });
  const changed = { ...form, name: ' 新 ', cost: '' };
  expect(faultsOf(changed, BRAND, zh)).toEqual({});
  expect(changeOf(changed, BRAND)).toEqual({ name: '新', target: 'https://a.example/', cost_minor: 0 });
  const faults = faultsOf({ name: ' ', target: 'x', cost: '1.234' }, BRAND, zh);
  expect(Object.keys(faults)).toEqual(['name', 'target', 'cost']);
});
