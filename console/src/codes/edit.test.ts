import { expect, it } from 'vitest';
import { createFmt } from '@/shared/fmt';
import { zh } from '@/shared/i18n/zh';
import { changedFields, changeLines, changeOf, formOf, onTop } from './edit';
import type { Code } from './types';

const BRAND = { currency: 'CNY', exponent: 2 };
const CODE = { name: '货架', target: 'https://a.example/', cost_minor: 1250 } as Code;

it('a form becomes what is sent, or says what is wrong with it', () => {
  const form = formOf(CODE, BRAND);
  expect(form).toEqual({ name: '货架', target: 'https://a.example/', cost: '12.50' });
  expect(changeOf({ ...form, name: ' 新 ', cost: '' }, BRAND, zh)).toEqual({
    change: { name: '新', target: 'https://a.example/', cost_minor: 0 },
    faults: {},
  });
  const { change, faults } = changeOf({ name: ' ', target: 'x', cost: '1.234' }, BRAND, zh);
  expect(change).toBeNull();
  expect(Object.keys(faults)).toEqual(['name', 'target', 'cost']);
});

it('mine stands on top of theirs, and theirs is told', () => {
  const base = formOf(CODE, BRAND);
  const mine = { ...base, name: '我的' };
  const theirs = { ...CODE, target: 'https://b.example/', cost_minor: 0 } as Code;
  expect(changedFields(base, mine)).toEqual(['name']);
  expect(onTop(base, mine, formOf(theirs, BRAND))).toEqual({ name: '我的', target: 'https://b.example/', cost: '' });
  expect(changeLines(zh, createFmt('zh-CN', 'UTC'), BRAND, CODE, theirs)).toEqual([
    '目标页面：https://a.example/ → https://b.example/',
    '每个码的成本：¥12.50 → ¥0.00',
  ]);
});
