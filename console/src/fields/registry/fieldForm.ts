import { NAME_MAX, nameFaults } from '@/app/forms/codes';
import type { Messages } from '@/shared/i18n';
import type { FieldSettings, ProfileField } from './types';

/** As the server has it, in characters; a Chinese character has three of its sixty bytes. */
export const TRAIT_NAME_MAX = NAME_MAX;
const TRAIT_NAME = /^\p{L}[\p{L}\p{N}_.-]*$/u;
const ALLOWED_MAX = 100;
const WEIGHT_MAX = 100;
const NOT_IN_VALUES = /["\\,;，；]/;

/** As it is typed: allowed values a line each, `personal` is `yes` or empty. */
export type FieldForm = Record<
  'name' | 'name_zh' | 'name_en' | 'class' | 'type' | 'allowed' | 'personal' | 'weight',
  string
>;

export const EMPTY: FieldForm = {
  name: '',
  name_zh: '',
  name_en: '',
  class: 'identity',
  type: 'text',
  allowed: '',
  personal: '',
  weight: '10',
};

export function formOf(field: ProfileField): FieldForm {
  const { name, name_zh, name_en, class: klass, type } = field;
  return {
    name,
    name_zh,
    name_en,
    class: klass,
    type,
    allowed: field.allowed.join('\n'),
    personal: field.personal ? 'yes' : '',
    weight: String(field.weight),
  };
}

/** Only these have a list of values. */
export const hasValues = (type: string) => type === 'choice' || type === 'choices';

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

export function settingsOf(form: FieldForm, archived: boolean): FieldSettings {
  return {
    name_zh: form.name_zh,
    name_en: form.name_en,
    class: form.class,
    type: form.type,
    allowed: hasValues(form.type) ? linesOf(form.allowed) : [],
    personal: form.personal !== '',
    weight: Number(form.weight),
    archived,
  };
}

function valuesFault(t: Messages, form: FieldForm): string | undefined {
  const f = t.fieldRegistry.form;
  if (!hasValues(form.type)) return undefined;
  const values = linesOf(form.allowed);
  if (form.type === 'choice' && values.length === 0) return f.oneValue;
  if (values.length > ALLOWED_MAX) return f.manyValues;
  if (values.some((value) => [...value].length > NAME_MAX || NOT_IN_VALUES.test(value))) return f.wrongValue;
  return new Set(values.map((value) => value.toLowerCase())).size < values.length ? f.sameValue : undefined;
}

/** What is wrong before it is sent. */
export function faultsOf(t: Messages, form: FieldForm): Partial<FieldForm> {
  const f = t.fieldRegistry.form;
  const name = form.name.trim();
  const weight = Number(form.weight);
  const allowed = valuesFault(t, form);
  const isWeight = /^\d+$/.test(form.weight.trim()) && weight <= WEIGHT_MAX;
  return {
    ...(name === '' ? { name: t.access.required } : TRAIT_NAME.test(name) ? {} : { name: f.nameHint }),
    ...nameFaults(t, form),
    ...(allowed ? { allowed } : {}),
    ...(isWeight ? {} : { weight: f.weightRange }),
  };
}
