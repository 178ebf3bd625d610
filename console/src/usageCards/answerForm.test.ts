import { expect, it } from 'vitest';
import { answersOf } from './answerForm';

const asks = (...fields: string[]) => fields.map((field) => ({ field, text_zh: '', text_en: '' }));
const fields = [
  { name: 'purpose', type: 'text' },
  { name: 'rating', type: 'integer' },
  { name: 'again', type: 'boolean' },
  { name: 'when', type: 'choices' },
];

it('an answer has the type of its field; an open question has none', () => {
  const typed = { purpose: ' guests ', rating: '2', again: 'false', when: 'morning\nevening', other: 'x' };
  expect(answersOf(asks('purpose', 'rating', 'again', 'when', 'open'), fields, typed)).toEqual({
    purpose: 'guests',
    rating: 2,
    again: false,
    when: ['morning', 'evening'],
  });
});

it('what is no number goes as it was typed, and is refused at its field', () => {
  expect(answersOf(asks('rating'), fields, { rating: 'good' })).toEqual({ rating: 'good' });
});
