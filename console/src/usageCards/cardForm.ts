import { codeFault } from '@/app/forms/codes';
import type { Messages } from '@/shared/i18n';
import type { CardSettings, UsageCard, UsageQuestion } from './types';

// As the server has it. The bounds of the code are those of all that a brand registers.

export const QUESTIONS_MAX = 10;
export const TEXT_MAX = 200;
export const PRODUCT_MAX = 100;
const DAYS_MAX = 365;
const LOW_RATING_MAX = 100;

/** As it is typed. `questions` is their list as JSON: one field of the form, which others change as a whole too. */
export type CardForm = Record<
  'code' | 'name' | 'product' | 'days_after' | 'open_days' | 'questions' | 'rating_field' | 'low_rating',
  string
>;

export const EMPTY_QUESTION: UsageQuestion = { field: '', text_zh: '', text_en: '' };

export const EMPTY: CardForm = {
  code: '',
  name: '',
  product: '',
  days_after: '7',
  open_days: '30',
  questions: textOf([EMPTY_QUESTION]),
  rating_field: '',
  low_rating: '2',
};

export function textOf(questions: UsageQuestion[]): string {
  return JSON.stringify(questions.map(({ field, text_zh, text_en }) => ({ field, text_zh, text_en })));
}

export function questionsOf(form: Pick<CardForm, 'questions'>): UsageQuestion[] {
  return JSON.parse(form.questions) as UsageQuestion[];
}

export function formOf(card: UsageCard): CardForm {
  return {
    code: card.code,
    name: card.name,
    product: card.product ?? '',
    days_after: String(card.days_after),
    open_days: String(card.open_days),
    questions: textOf(card.questions),
    rating_field: card.rating_field ?? '',
    low_rating: String(card.low_rating),
  };
}

export function settingsOf(form: CardForm, is_archived: boolean): CardSettings {
  const orNull = (text: string) => (text === '' ? null : text);
  return {
    name: form.name,
    product: orNull(form.product),
    days_after: Number(form.days_after),
    open_days: Number(form.open_days),
    questions: questionsOf(form).map(({ field, text_zh, text_en }) => ({
      field,
      text_zh: text_zh.trim(),
      text_en: text_en.trim(),
    })),
    rating_field: orNull(form.rating_field),
    low_rating: Number(form.low_rating),
    is_archived,
  };
}

const isWhole = (text: string, min: number, max: number) =>
  /^\d+$/.test(text.trim()) && Number(text) >= min && Number(text) <= max;

function questionsFault(t: Messages, questions: UsageQuestion[]): string | undefined {
  const f = t.usageCards.form;
  if (questions.length === 0) return f.oneQuestion;
  const isWritten = ({ field, text_zh, text_en }: UsageQuestion) =>
    field !== '' && text_zh.trim() !== '' && text_en.trim() !== '';
  if (!questions.every(isWritten)) return f.wholeQuestions;
  return new Set(questions.map(({ field }) => field)).size < questions.length ? f.fieldTwice : undefined;
}

/** What is wrong before it is sent. */
export function faultsOf(t: Messages, form: CardForm): Partial<CardForm> {
  const f = t.usageCards.form;
  const asked = questionsOf(form);
  const questions = questionsFault(t, asked);
  const isAsked = form.rating_field === '' || asked.some(({ field }) => field === form.rating_field);
  return {
    ...codeFault(t, form.code, f.codeHint),
    ...(form.name.trim() === '' ? { name: t.access.required } : {}),
    ...(isWhole(form.days_after, 0, DAYS_MAX) ? {} : { days_after: f.daysAfterRange }),
    ...(isWhole(form.open_days, 1, DAYS_MAX) ? {} : { open_days: f.openDaysRange }),
    ...(isWhole(form.low_rating, 0, LOW_RATING_MAX) ? {} : { low_rating: f.lowRatingRange }),
    ...(isAsked ? {} : { rating_field: f.ratingNotAsked }),
    ...(questions ? { questions } : {}),
  };
}
