import { expect, it } from 'vitest';
import type { Purpose } from '@/consent/types';
import { formOf, isHours, settingsOf } from './settingsForm';

const purpose = (code: string, ...texts: [string, string][]) =>
  ({ code, texts: texts.map(([version, locale]) => ({ version, locale })) }) as unknown as Purpose;

it('each purpose has its newest text in both languages', () => {
  const before = { valid_hours: 24, version: 1, consents: [{ purpose: 'gone', text_zh: 'a', text_en: 'b' }] };
  const form = { valid_hours: '48', consents: '["news","gone","never"]' };
  const purposes = [purpose('news', ['v3', 'zh-CN'], ['v2', 'en'], ['v1', 'en'])];
  expect(settingsOf(form, purposes, before)).toEqual({
    valid_hours: 48,
    consents: [
      { purpose: 'news', text_zh: 'v3', text_en: 'v2' },
      { purpose: 'gone', text_zh: 'a', text_en: 'b' },
    ],
  });
  expect(formOf(before)).toEqual({ valid_hours: '24', consents: '["gone"]' });
});

it('hours are a whole number from 1 to 720', () => {
  expect(['1', '24', '720', ' 5 '].every(isHours)).toBe(true);
  expect(['0', '721', '', '1.5', 'x', '-1'].some(isHours)).toBe(false);
});
