import { expect, it } from 'vitest';
import { zh } from '@/shared/i18n/zh';
import { EMPTY, faultsOf, formOf, settingsOf } from './fieldForm';

const f = zh.fieldRegistry.form;
const field = {
  name: 'skin_type',
  name_zh: '肤质',
  name_en: 'Skin type',
  class: 'other',
  type: 'choice',
  allowed: ['dry', 'oily'],
  personal: true,
  weight: 30,
  preset: false,
  archived_at: null,
  version: 3,
};

it('a field and its form say the same', () => {
  const { name: _, preset: __, archived_at: ___, version: ____, ...settings } = field;
  expect(settingsOf(formOf(field), false)).toEqual({ ...settings, archived: false });
});

it('only choices have values', () => {
  expect(settingsOf({ ...EMPTY, type: 'text', allowed: 'dry' }, true)).toMatchObject({ allowed: [], archived: true });
});

it('says at each field what is wrong with it', () => {
  expect(Object.keys(faultsOf(zh, EMPTY))).toEqual(['name', 'name_zh', 'name_en']);
  const good = formOf(field);
  expect(faultsOf(zh, good)).toEqual({});
  expect(faultsOf(zh, { ...good, name: '肤质' })).toEqual({});
  expect(faultsOf(zh, { ...good, name: '2skin' })).toEqual({ name: f.nameHint });
  for (const weight of ['', '101', '-1', '1.5'])
    expect(faultsOf(zh, { ...good, weight })).toEqual({ weight: f.weightRange });
  expect(faultsOf(zh, { ...good, allowed: ' \n' })).toEqual({ allowed: f.oneValue });
  expect(faultsOf(zh, { ...good, allowed: 'dry\nDry' })).toEqual({ allowed: f.sameValue });
  expect(faultsOf(zh, { ...good, allowed: 'dry, oily' })).toEqual({ allowed: f.wrongValue });
  expect(faultsOf(zh, { ...good, type: 'choices', allowed: '' })).toEqual({});
});
