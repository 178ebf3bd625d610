import { expect, it } from 'vitest';
import type { ProfileField } from '@/fields/registry/types';
import { zh } from '@/shared/i18n/zh';
import type { Form } from '../types';
import {
  consentName,
  EMPTY,
  EMPTY_FIELD,
  type FieldDraft,
  faultsOf,
  fieldsOf,
  filling,
  formOf,
  settingsOf,
} from './formForm';

const ZONE = 'Asia/Shanghai';
const f = zh.formEditor;
const question = (name: string, kind: string, more: object = {}) => ({
  name,
  kind,
  label: { zh: '问', en: 'Ask' },
  choices: [],
  is_required: false,
  min: null,
  max: null,
  ...more,
});
const form = {
  id: 'frm_1',
  path: '/f/7K3M9XQ2AB',
  version: 3,
  settings: {
    name: 'Delivery',
    title: { zh: '收货信息', en: 'Delivery' },
    intro: { zh: '请填写', en: 'Please' },
    thanks: null,
    fields: [
      question('phone', 'phone', { is_required: true }),
      question('age', 'integer', { min: 16, max: 120 }),
      question('tea', 'choices', {
        choices: [
          { value: 'red', label: { zh: '红茶', en: 'red' } },
          { value: 'green', label: { zh: 'green', en: 'Green' } },
        ],
      }),
    ],
    consents: [
      { name: 'news', purpose: 'marketing', channels: ['sms'], text_zh: '3-zh', text_en: '3-en', is_required: true },
    ],
    touch_point: 'website',
    place: 'plc_1',
    code: null,
    campaign: 'spring',
    ends_at: '2026-06-30T15:59:59Z',
    clerk_script: null,
  },
} as unknown as Form;

it('a form that was opened and not touched is sent as it was, to the second of its end', () => {
  const typed = formOf(form, ZONE);
  expect(typed.ends_at).toBe('2026-06-30T23:59');
  expect(settingsOf(typed, ZONE, form)).toEqual(form.settings);
  expect(faultsOf(zh, typed)).toEqual({});
  const later = settingsOf({ ...typed, ends_at: '2026-07-01T00:00', place: '', campaign: ' ' }, ZONE, form);
  expect([later.ends_at, later.place, later.campaign]).toEqual(['2026-06-30T16:00:00Z', null, null]);
});

const typedWith = (fields: Partial<FieldDraft>[], more: object = {}) => ({
  ...formOf(form, ZONE),
  fields: JSON.stringify(fields.map((one) => ({ ...EMPTY_FIELD, zh: '问', en: 'Ask', ...one }))),
  ...more,
});
const PHONE = { name: 'phone', kind: 'phone' };

it('what is missing is told at its place', () => {
  const required = zh.access.required;
  expect(faultsOf(zh, EMPTY)).toEqual({
    name: required,
    title_zh: required,
    title_en: required,
    touch_point: required,
  });
  const empty = { ...EMPTY_FIELD };
  const consents = JSON.stringify([{ name: '', purpose: '', channels: [], text_zh: '', text_en: '1' }]);
  expect(faultsOf(zh, typedWith([PHONE, { ...empty, zh: '', en: '' }], { intro_en: ' ', consents }))).toEqual({
    intro_en: f.bothLanguages,
    'fields.1.name': required,
    'fields.1.zh': required,
    'fields.1.en': required,
    'consents.0.purpose': required,
    'consents.0.text_zh': required,
  });
});

it('somebody has to be found by an answer, and each field is filled by one question', () => {
  const city = { name: 'city', kind: 'text' };
  expect(faultsOf(zh, typedWith([city]))).toEqual({ fields: f.oneIdentifier });
  expect(faultsOf(zh, typedWith([PHONE, city, city]))).toEqual({ fields: f.fieldTwice });
  const own = { name: 'phone', kind: 'text', is_own: true };
  expect(faultsOf(zh, typedWith([{ name: 'email', kind: 'email' }, own]))).toEqual({
    'fields.1.name': f.ownIdentifier,
  });
  const names = ['1st', 'a b', 'x'.repeat(61), '地址'.repeat(11)].map((name) => ({ name, kind: 'text', is_own: true }));
  expect(Object.keys(faultsOf(zh, typedWith([PHONE, ...names])))).toEqual(
    [1, 2, 3, 4].map((at) => `fields.${at}.name`),
  );
  expect(faultsOf(zh, typedWith([PHONE, { name: '地址', kind: 'text', is_own: true }]))).toEqual({});
});

it('limits and choices are those of the server', () => {
  const limit = (kind: string, min: string, max: string) =>
    faultsOf(zh, typedWith([PHONE, { name: 'x', kind, min, max }]))['fields.1.max'];
  expect([limit('text', '', ''), limit('text', '1', '300'), limit('integer', '-5', '5')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(limit('text', '0', '')).toBe(f.charactersRange);
  expect(limit('text', '101', '')).toBe(f.charactersRange);
  expect(limit('text', '', '301')).toBe(f.charactersRange);
  expect(limit('integer', '5', '4')).toBe(f.limitOrder);
  expect(limit('integer', '1.5', '')).toBe(f.limitWhole);
  const choices = (...values: string[]) =>
    faultsOf(
      zh,
      typedWith([PHONE, { name: 'x', kind: 'choice', choices: values.map((value) => ({ value, zh: '', en: '' })) }]),
    )['fields.1.choices'];
  expect(choices()).toBe(f.oneChoice);
  expect(choices('a', '')).toBe(f.choiceValue);
  expect(choices('a,b')).toBe(f.choiceValue);
  expect(choices('Red', 'red')).toBe(f.choiceTwice);
  expect(choices('red', 'green')).toBeUndefined();
});

it('a question is called as the field that it fills, until somebody calls it otherwise', () => {
  const registry = [
    { name: 'tea', name_zh: '茶', name_en: 'Tea', type: 'choice', allowed: ['red', 'green'] },
  ] as unknown as ProfileField[];
  const tea = filling(EMPTY_FIELD, 'tea', registry);
  expect([tea.kind, tea.zh, tea.en, tea.choices.map(({ value }) => value)]).toEqual([
    'choice',
    '茶',
    'Tea',
    ['red', 'green'],
  ]);
  expect(filling(tea, 'phone', registry)).toMatchObject({ kind: 'phone', en: 'Mobile number', choices: [] });
  expect(filling({ ...tea, en: 'Which tea?' }, 'email', registry)).toMatchObject({ kind: 'email', en: 'Which tea?' });
  expect(fieldsOf(EMPTY)).toHaveLength(1);
});

it('a box has a name that the server takes, and that no other box has', () => {
  expect(consentName('wechat.profile', [])).toBe('wechat_profile');
  expect(consentName('marketing', ['marketing', 'marketing_2'])).toBe('marketing_3');
  expect(consentName('隐私', [])).toBe('consent');
});
