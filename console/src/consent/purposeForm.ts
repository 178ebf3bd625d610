import type { Fmt } from '@/shared/fmt';
import { lookup, type Messages } from '@/shared/i18n';
import type { Purpose, PurposeSettings } from './types';

/** As typed: lists are words with commas between them. */
export interface PurposeForm {
  code: string;
  name: string;
  description: string;
  channels: string;
  traits: string;
  identifiers: string[];
  sources: string[];
}

export const EMPTY: PurposeForm = {
  code: '',
  name: '',
  description: '',
  channels: '',
  traits: '',
  identifiers: [],
  sources: [],
};

/** As `domain::consent::is_code` has it. */
export function isCode(text: string): boolean {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(text);
}

/** Words between commas of either script, each once. */
export function wordsOf(text: string): string[] {
  return [...new Set(text.split(/[,，、\n]/).map((word) => word.trim()))].filter((word) => word !== '');
}

export function formOf({ code, name, description, channels, collects }: Purpose): PurposeForm {
  return {
    code,
    name,
    description,
    channels: channels.join(', '),
    traits: (collects.traits ?? []).join(', '),
    identifiers: [...(collects.identifiers ?? [])],
    sources: [...(collects.sources ?? [])],
  };
}

export function settingsOf(form: PurposeForm): PurposeSettings {
  return {
    name: form.name.trim(),
    description: form.description.trim(),
    channels: wordsOf(form.channels),
    collects: { traits: wordsOf(form.traits), identifiers: form.identifiers, sources: form.sources },
  };
}

type Field = Exclude<keyof PurposeForm, 'code'>;
const FIELDS: Field[] = ['name', 'description', 'channels', 'traits', 'identifiers', 'sources'];

export function changedFields(before: PurposeForm, after: PurposeForm): Field[] {
  const said = (form: PurposeForm, field: Field) => {
    const value = form[field];
    if (Array.isArray(value)) return [...value].sort().join(',');
    return field === 'channels' || field === 'traits' ? wordsOf(value).join(',') : value.trim();
  };
  return FIELDS.filter((field) => said(before, field) !== said(after, field));
}

/** My changes on top of somebody else's newer version: what I did not touch stays as they left it. */
export function onTop(base: PurposeForm, mine: PurposeForm, theirs: PurposeForm): PurposeForm {
  return { ...theirs, ...Object.fromEntries(changedFields(base, mine).map((field) => [field, mine[field]])) };
}

/** What somebody else made of it, a line for each field. */
export function changeLines(t: Messages, fmt: Fmt, before: PurposeForm, after: PurposeForm): string[] {
  const f = t.consent.register.form;
  const say = (form: PurposeForm, field: Field) => {
    const value = form[field];
    const words = field === 'identifiers' ? form.identifiers.map((type) => lookup(t.common.identifiers, type)) : value;
    const text = Array.isArray(words) ? fmt.list(words) : words.trim();
    return text === '' ? f.none : text;
  };
  return changedFields(before, after).map((field) => f.changed(f[field], say(before, field), say(after, field)));
}

/** The version after the newest one, where that is a number. */
export function nextVersion(purpose: Pick<Purpose, 'texts'>): string {
  const numbers = purpose.texts.map(({ version }) => Number(version)).filter((one) => Number.isInteger(one) && one > 0);
  if (numbers.length === 0) return purpose.texts.length === 0 ? '1' : '';
  return String(Math.max(...numbers) + 1);
}
