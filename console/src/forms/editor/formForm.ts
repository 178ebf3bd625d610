import type { FieldItem, ProfileField } from '@/fields/registry/types';
import { instantOf, localOf } from '@/shared/fmt/localTime';
import type { Messages } from '@/shared/i18n';
import type { Form, FormConsent, FormField, FormSettings } from '../types';

// A form as it is typed. Bounds are those of the server, which decides; what is told here is told sooner.

export const NAME_MAX = 60;
export const TEXT_MAX = 500;
export const FIELDS_MAX = 30;
export const CHOICES_MAX = 50;
export const CONSENTS_MAX = 10;
const CAMPAIGN_BYTES_MAX = 100;
const CHARACTERS_MAX = 300;
const CHARACTERS_USUAL = 100;
const FIELD_NAME = /^\p{L}[\p{L}\p{N}_.-]*$/u;
const FIELD_NAME_BYTES_MAX = 60;
const WHOLE = /^-?\d{1,15}$/;
/** In a value they would part it from others. */
const PARTING = /["\\,;，、；|]/;

export const IDENTIFIERS = ['phone', 'email'] as const;
export const isIdentifier = (name: string) => IDENTIFIERS.some((one) => one === name);

export interface ChoiceDraft {
  value: string;
  /** Empty: the value itself. */
  zh: string;
  en: string;
}

export interface FieldDraft {
  name: string;
  kind: string;
  zh: string;
  en: string;
  is_required: boolean;
  min: string;
  max: string;
  choices: ChoiceDraft[];
  /** It fills a trait that the registry does not have: its name is typed. */
  is_own: boolean;
}

export type ConsentDraft = FormConsent;

/** `fields` and `consents` are lists as JSON: each is one field of the form, which others change as a whole too. */
export type FormForm = Record<
  | 'name'
  | 'title_zh'
  | 'title_en'
  | 'intro_zh'
  | 'intro_en'
  | 'thanks_zh'
  | 'thanks_en'
  | 'fields'
  | 'consents'
  | 'touch_point'
  | 'place'
  | 'code'
  | 'campaign'
  | 'ends_at'
  | 'clerk_script_zh'
  | 'clerk_script_en',
  string
>;

export const EMPTY_FIELD: FieldDraft = {
  name: '',
  kind: '',
  zh: '',
  en: '',
  is_required: false,
  min: '',
  max: '',
  choices: [],
  is_own: false,
};
export const EMPTY_CHOICE: ChoiceDraft = { value: '', zh: '', en: '' };
export const EMPTY_CONSENT: ConsentDraft = {
  name: '',
  purpose: '',
  channels: [],
  text_zh: '',
  text_en: '',
  is_required: false,
};

/** What the questions for identifiers are usually called, in both languages of the page. */
const PHONE = { zh: '手机号', en: 'Mobile number' };
const EMAIL = { zh: '邮箱', en: 'Email' };

export const EMPTY: FormForm = {
  name: '',
  title_zh: '',
  title_en: '',
  intro_zh: '',
  intro_en: '',
  thanks_zh: '',
  thanks_en: '',
  fields: JSON.stringify([{ ...EMPTY_FIELD, name: 'phone', kind: 'phone', ...PHONE, is_required: true }]),
  consents: '[]',
  touch_point: '',
  place: '',
  code: '',
  campaign: '',
  ends_at: '',
  clerk_script_zh: '',
  clerk_script_en: '',
};

export const fieldsOf = (form: Pick<FormForm, 'fields'>) => JSON.parse(form.fields) as FieldDraft[];
export const consentsOf = (form: Pick<FormForm, 'consents'>) => JSON.parse(form.consents) as ConsentDraft[];

function draftOf({ name, kind, label, choices, is_required, min, max }: FormField): FieldDraft {
  const choice = ({ value, label: { zh, en } }: FormField['choices'][number]): ChoiceDraft => ({
    value,
    zh: zh === value ? '' : zh,
    en: en === value ? '' : en,
  });
  return {
    name,
    kind,
    ...label,
    is_required,
    min: min === null ? '' : String(min),
    max: max === null ? '' : String(max),
    choices: choices.map(choice),
    is_own: false,
  };
}

export function formOf({ settings }: Form, timeZone: string): FormForm {
  const { name, title, intro, thanks, fields, consents, touch_point, place, code, campaign, ends_at, clerk_script } =
    settings;
  return {
    name,
    title_zh: title.zh,
    title_en: title.en,
    intro_zh: intro?.zh ?? '',
    intro_en: intro?.en ?? '',
    thanks_zh: thanks?.zh ?? '',
    thanks_en: thanks?.en ?? '',
    fields: JSON.stringify(fields.map(draftOf)),
    consents: JSON.stringify(consents),
    touch_point,
    place: place ?? '',
    code: code ?? '',
    campaign: campaign ?? '',
    ends_at: ends_at === null ? '' : localOf(timeZone, ends_at),
    clerk_script_zh: clerk_script?.zh ?? '',
    clerk_script_en: clerk_script?.en ?? '',
  };
}

const wholeOrNull = (text: string) => (text.trim() === '' ? null : Number(text));

function fieldOf({ name, kind, zh, en, is_required, min, max, choices }: FieldDraft): FormField {
  const choice = (one: ChoiceDraft) => {
    const value = one.value.trim();
    return { value, label: { zh: one.zh.trim() || value, en: one.en.trim() || value } };
  };
  return {
    name: name.trim(),
    kind,
    label: { zh: zh.trim(), en: en.trim() },
    choices: choices.map(choice),
    is_required,
    min: wholeOrNull(min),
    max: wholeOrNull(max),
  };
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/** What is sent; `base` is the version that was changed. An end that nobody touched keeps its seconds. */
export function settingsOf(form: FormForm, timeZone: string, base: Form | null): FormSettings {
  const orNull = (text: string) => (text.trim() === '' ? null : text.trim());
  const both = (zh: string, en: string) => (zh.trim() === '' && en.trim() === '' ? null : { zh, en });
  const before = base?.settings.ends_at ?? null;
  const isAsBefore = before !== null && localOf(timeZone, before) === form.ends_at;
  return {
    name: form.name.trim(),
    title: { zh: form.title_zh.trim(), en: form.title_en.trim() },
    intro: both(form.intro_zh.trim(), form.intro_en.trim()),
    thanks: both(form.thanks_zh.trim(), form.thanks_en.trim()),
    fields: fieldsOf(form).map(fieldOf),
    consents: consentsOf(form),
    touch_point: form.touch_point,
    place: orNull(form.place),
    code: orNull(form.code),
    campaign: orNull(form.campaign),
    ends_at: isAsBefore ? before : instantOf(timeZone, form.ends_at),
    clerk_script: both(form.clerk_script_zh.trim(), form.clerk_script_en.trim()),
  };
}

/** A question for this identifier, or for this field of the registry, that is called as they are unless somebody chose otherwise. */
export function filling(before: FieldDraft, name: string, registry: ProfileField[]): FieldDraft {
  const field = registry.find((one) => one.name === name);
  const usual = usualWords(before.name, registry);
  const keeps = (before.zh !== '' || before.en !== '') && !(usual?.zh === before.zh && usual.en === before.en);
  return {
    ...EMPTY_FIELD,
    name,
    kind: isIdentifier(name) ? name : (field?.type ?? ''),
    ...(keeps ? { zh: before.zh, en: before.en } : usualWords(name, registry)),
    is_required: before.is_required,
    choices: (field?.allowed ?? []).map((value) => ({ ...EMPTY_CHOICE, value })),
  };
}

function usualWords(name: string, registry: ProfileField[]): { zh: string; en: string } | null {
  if (name === 'phone') return PHONE;
  if (name === 'email') return EMAIL;
  const field = registry.find((one) => one.name === name);
  return field ? { zh: field.name_zh, en: field.name_en } : null;
}

/** Those of the registry that answers may fill. */
export function openFields(items: FieldItem[] | undefined): ProfileField[] {
  return (items ?? []).map(({ field }) => field).filter(({ archived_at }) => archived_at === null);
}

/** A name for a box that is no other's: letters, digits and _, as the server wants it. */
export function consentName(purpose: string, taken: string[]): string {
  const plain = purpose
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+/, '')
    .slice(0, 36);
  const name = plain || 'consent';
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? name : `${name}_${number}`;
    if (!taken.includes(tried)) return tried;
  }
}

export type Faults = Record<string, string>;

function limitFault(t: Messages, { kind, min, max }: FieldDraft): string | undefined {
  const f = t.formEditor;
  if (![min, max].every((text) => text.trim() === '' || WHOLE.test(text.trim()))) return f.limitWhole;
  const [low, high] = [wholeOrNull(min), wholeOrNull(max)];
  if (kind === 'text') {
    const [least, most] = [low ?? 1, high ?? CHARACTERS_USUAL];
    return least >= 1 && most <= CHARACTERS_MAX && least <= most ? undefined : f.charactersRange;
  }
  return low !== null && high !== null && low > high ? f.limitOrder : undefined;
}

function choicesFault(t: Messages, choices: ChoiceDraft[]): string | undefined {
  const f = t.formEditor;
  const values = choices.map(({ value }) => value.trim());
  if (values.length === 0) return f.oneChoice;
  if (values.some((value) => value === '' || [...value].length > NAME_MAX || PARTING.test(value))) return f.choiceValue;
  return new Set(values.map((value) => value.toLowerCase())).size < values.length ? f.choiceTwice : undefined;
}

function fieldFaults(t: Messages, field: FieldDraft): Faults {
  const f = t.formEditor;
  const faults: Faults = {};
  const name = field.name.trim();
  if (name === '') faults.name = t.access.required;
  else if (!FIELD_NAME.test(name) || bytesOf(name) > FIELD_NAME_BYTES_MAX) faults.name = f.ownNameHint;
  else if (field.is_own && isIdentifier(name)) faults.name = f.ownIdentifier;
  if (name !== '' && field.kind === '') faults.kind = t.access.required;
  if (field.zh.trim() === '') faults.zh = t.access.required;
  if (field.en.trim() === '') faults.en = t.access.required;
  const choices = field.kind === 'choice' || field.kind === 'choices' ? choicesFault(t, field.choices) : undefined;
  if (choices) faults.choices = choices;
  const limits = field.kind === 'text' || field.kind === 'integer' ? limitFault(t, field) : undefined;
  if (limits) faults.max = limits;
  return faults;
}

function consentFaults(t: Messages, consent: ConsentDraft): Faults {
  const names = ['purpose', 'text_zh', 'text_en'] as const;
  return Object.fromEntries(
    names.filter((name) => consent[name] === '').map((name) => [name, t.access.required] as const),
  );
}

/** What is wrong before it is sent, by the paths of the server's own refusals: `fields.2.max`. */
export function faultsOf(t: Messages, form: FormForm): Faults {
  const f = t.formEditor;
  const faults: Faults = {};
  for (const name of ['name', 'title_zh', 'title_en', 'touch_point'] as const)
    if (form[name].trim() === '') faults[name] = t.access.required;
  for (const [one, other] of [
    ['intro_zh', 'intro_en'],
    ['thanks_zh', 'thanks_en'],
    ['clerk_script_zh', 'clerk_script_en'],
  ] as const) {
    const isHalf = (form[one].trim() === '') !== (form[other].trim() === '');
    if (isHalf) faults[form[one].trim() === '' ? one : other] = f.bothLanguages;
  }
  if (bytesOf(form.campaign.trim()) > CAMPAIGN_BYTES_MAX) faults.campaign = f.campaignRange;
  const fields = fieldsOf(form);
  const names = fields.map(({ name }) => name.trim()).filter((name) => name !== '');
  if (!fields.some(({ name, is_own }) => !is_own && isIdentifier(name))) faults.fields = f.oneIdentifier;
  else if (new Set(names).size < names.length) faults.fields = f.fieldTwice;
  const at = (list: string, place: number, found: Faults) => {
    for (const [name, text] of Object.entries(found)) faults[`${list}.${place}.${name}`] = text;
  };
  fields.forEach((field, place) => {
    at('fields', place, fieldFaults(t, field));
  });
  consentsOf(form).forEach((consent, place) => {
    at('consents', place, consentFaults(t, consent));
  });
  return faults;
}
