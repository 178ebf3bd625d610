import { expect, it } from 'vitest';
import { zh } from '@/shared/i18n/zh';
import { EMPTY, faultsOf, formOf, settingsOf, textOf } from './cardForm';

const question = (field: string) => ({ field, text_zh: '为什么？', text_en: 'Why?' });
const card = {
  code: 'seven_days',
  name: 'Seven days',
  product: null,
  days_after: 7,
  open_days: 30,
  questions: [question('usage_purpose'), question('usage_rating')],
  rating_field: 'usage_rating',
  low_rating: 2,
  is_archived: false,
  created_at: '2026-06-01T00:00:00Z',
  version: 3,
};
const f = zh.usageCards.form;

it('a card that was opened and not touched is sent as it was', () => {
  const { code: _, created_at: __, version: ___, ...settings } = card;
  expect(settingsOf(formOf(card), false)).toEqual(settings);
  expect(faultsOf(zh, formOf(card))).toEqual({});
});

it('what is missing or out of range is told at its place', () => {
  expect(faultsOf(zh, EMPTY)).toEqual({
    code: zh.access.required,
    name: zh.access.required,
    questions: f.wholeQuestions,
  });
  const wrong = { ...formOf(card), days_after: '366', open_days: '0', low_rating: 'x', rating_field: 'city' };
  expect(Object.keys(faultsOf(zh, wrong))).toEqual(['days_after', 'open_days', 'low_rating', 'rating_field']);
  const asks = (fields: string[]) =>
    faultsOf(zh, { ...formOf(card), rating_field: '', questions: textOf(fields.map(question)) });
  expect(asks([])).toEqual({ questions: f.oneQuestion });
  expect(asks(['city', 'city'])).toEqual({ questions: f.fieldTwice });
});
