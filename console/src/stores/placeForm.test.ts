import { expect, it } from 'vitest';
import { zh } from '@/shared/i18n/zh';
import { changedFields, changeLines, EMPTY, missingIn, onTop, type PlaceForm, settingsOf } from './placeForm';

const BASE: PlaceForm = { kind: 'store', code: 'S12', name: '南京路', parent: 'plc_1' };

it('blanks change nothing, and a region has no code', () => {
  expect(changedFields(BASE, { ...BASE, code: ' S12 ', name: '南京路 ' })).toEqual([]);
  expect(settingsOf({ ...BASE, kind: 'region' }).code).toBeNull();
});

it('what is missing stands at its field', () => {
  expect(missingIn(EMPTY, '!')).toEqual({ code: '!', name: '!' });
  expect(missingIn({ ...EMPTY, kind: 'region', name: 'East' }, '!')).toEqual({});
});

it('mine stands on top of theirs, what I did not touch is theirs', () => {
  const mine = { ...BASE, name: '人民广场' };
  const theirs = { ...BASE, parent: null, code: 'S13' };
  expect(onTop(BASE, mine, theirs)).toEqual({ ...theirs, name: '人民广场' });
});

it('tells in words what they changed', () => {
  const lines = changeLines(zh, BASE, { ...BASE, code: 'S13', parent: null }, (id) => `区域 ${id}`);
  expect(lines).toEqual(['编码：S12 → S13', '上级区域：区域 plc_1 → 最上层']);
});
