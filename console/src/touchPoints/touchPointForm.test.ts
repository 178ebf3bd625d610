import { expect, it } from 'vitest';
import { zh } from '@/shared/i18n/zh';
import { namesByCode, openChoices } from './names';
import { EMPTY, faultsOf } from './touchPointForm';
import type { TouchPointList } from './types';

it('says at each field what is wrong with it', () => {
  expect(Object.keys(faultsOf(zh, EMPTY))).toEqual(['code', 'name_zh', 'name_en']);
  expect(faultsOf(zh, { code: 'Big-Store', name_zh: '店', name_en: 'Store' })).toEqual({
    code: zh.touchPoints.form.codeHint,
  });
  expect(faultsOf(zh, { code: ' pop_up ', name_zh: '店', name_en: 'Store' })).toEqual({});
});

const point = (code: string, archived_at: string | null) => ({
  touch_point: { code, name_zh: `${code} 中`, name_en: `${code} en`, preset: false, version: 1, archived_at },
});
const list = { items: [point('store', null), point('fair', '2026-01-01T00:00:00Z')] } as unknown as TouchPointList;

it('names are in the language of the screen; an archived one is named, but cannot be chosen', () => {
  expect(namesByCode(list, 'en')('fair')).toBe('fair en');
  expect(namesByCode(list, 'zh-CN')('gone')).toBe('gone');
  expect(namesByCode(undefined, 'en')('store')).toBe('store');
  expect(openChoices(list, 'zh-CN')).toEqual([{ value: 'store', label: 'store 中' }]);
});
