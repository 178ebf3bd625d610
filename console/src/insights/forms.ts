import type { Messages } from '@/shared/i18n';
import type { AttributeBody, TestBody } from './api';
import type { Attribute, InnovationTest } from './types';

// As the server has it.
export const NAME_MAX = 60;
export const TEXT_MAX = 1000;
export const ARMS_MIN = 2;
export const ARMS_MAX = 6;
const RATING_MIN = 1;
const RATING_MAX = 10;

export const INNOVATIONS = ['product', 'service', 'communication'] as const;
export const VERDICTS = ['adopt', 'reject', 'repeat'] as const;

/** As it is typed. */
export interface ArmForm {
  name: string;
  people: string;
  conversions: string;
}

/** `arms` is their list as JSON: one field of the form, which others change as a whole too. */
export type TestForm = Record<'name' | 'innovation' | 'hypothesis' | 'started_on' | 'arms', string>;

export const EMPTY_ARM: ArmForm = { name: '', people: '', conversions: '' };

export const emptyTest = (today: string): TestForm => ({
  name: '',
  innovation: 'product',
  hypothesis: '',
  started_on: today,
  arms: JSON.stringify([EMPTY_ARM, EMPTY_ARM]),
});

export const armsOf = ({ arms }: Pick<TestForm, 'arms'>) => JSON.parse(arms) as ArmForm[];

export function testForm({ name, innovation, hypothesis, started_on, arms }: InnovationTest): TestForm {
  const typed = arms.map((arm) => ({ ...arm, people: String(arm.people), conversions: String(arm.conversions) }));
  return { name, innovation, hypothesis, started_on, arms: JSON.stringify(typed) };
}

/** Whole, and not below 0; null is none. An empty field is 0: nobody was counted yet. */
function wholeOf(text: string): number | null {
  const typed = text.trim();
  return typed === '' ? 0 : /^\d{1,10}$/.test(typed) ? Number(typed) : null;
}

export function testOf(form: TestForm): TestBody {
  return {
    name: form.name,
    innovation: form.innovation as TestBody['innovation'],
    hypothesis: form.hypothesis,
    started_on: form.started_on,
    arms: armsOf(form).map(({ name, people, conversions }) => ({
      name: name.trim(),
      people: wholeOf(people) ?? 0,
      conversions: wholeOf(conversions) ?? 0,
    })),
  };
}

export function testFaults(t: Messages, form: TestForm): Partial<TestForm> {
  const f = t.insights.testForm;
  const faults: Partial<TestForm> = {};
  if (form.name.trim() === '') faults.name = t.access.required;
  if (form.started_on === '') faults.started_on = t.access.required;
  for (const { name, people, conversions } of armsOf(form)) {
    const counts = [wholeOf(people), wholeOf(conversions)] as const;
    if (name.trim() === '') faults.arms ??= f.armsNamed;
    else if (counts[0] === null || counts[1] === null || counts[1] > counts[0]) faults.arms ??= f.armsCounted;
  }
  return faults;
}

export type AttributeForm = Record<
  'name' | 'importance' | 'satisfaction' | 'ratings' | 'owner' | 'due_on' | 'note' | 'done',
  string
>;

export const EMPTY_ATTRIBUTE: AttributeForm = {
  name: '',
  importance: '',
  satisfaction: '',
  ratings: '',
  owner: '',
  due_on: '',
  note: '',
  done: '',
};

export const attributeForm = (one: Attribute): AttributeForm => ({
  name: one.name,
  importance: String(one.importance),
  satisfaction: String(one.satisfaction),
  ratings: String(one.ratings),
  owner: one.owner,
  due_on: one.due_on,
  note: one.note,
  done: one.done ? 'true' : '',
});

export const attributeOf = (form: AttributeForm): AttributeBody => ({
  name: form.name,
  importance: Number(form.importance),
  satisfaction: Number(form.satisfaction),
  ratings: Number(form.ratings),
  owner: form.owner,
  due_on: form.due_on,
  note: form.note,
  done: form.done === 'true',
});

function isRating(text: string): boolean {
  return /^\d{1,2}(\.\d{1,2})?$/.test(text.trim()) && Number(text) >= RATING_MIN && Number(text) <= RATING_MAX;
}

export function attributeFaults(t: Messages, form: AttributeForm): Partial<AttributeForm> {
  const f = t.insights.attributeForm;
  const missing = (['name', 'owner', 'due_on'] as const).filter((field) => form[field].trim() === '');
  const rated = (['importance', 'satisfaction'] as const).filter((field) => !isRating(form[field]));
  const ratings = wholeOf(form.ratings);
  return {
    ...Object.fromEntries(missing.map((field) => [field, t.access.required])),
    ...Object.fromEntries(rated.map((field) => [field, f.ratingWrong])),
    ...(ratings === null || ratings < 1 ? { ratings: f.ratingsWrong } : {}),
  };
}
