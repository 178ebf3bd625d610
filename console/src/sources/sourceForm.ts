import type { Source, SourceKind, SourceSettings, UserIdType } from '@/shared/api/types';
import type { Fmt } from '@/shared/fmt';
import { lookup, type Messages } from '@/shared/i18n';

/** As the server has it: more than one machine takes in. */
export const RATE_LIMIT_MAX = 100_000;

export interface SourceForm {
  name: string;
  kind: SourceKind;
  user_id_type: UserIdType;
  /** As typed; empty: none. */
  rate_limit: string;
}

export const EMPTY: SourceForm = { name: '', kind: 'website', user_id_type: 'user_id', rate_limit: '' };

export function formOf(settings: SourceSettings): SourceForm {
  return {
    name: settings.name,
    kind: settings.kind,
    user_id_type: settings.user_id_type,
    rate_limit: settings.rate_limit === null ? '' : String(settings.rate_limit),
  };
}

/** Pausing is not a matter of the form: whoever saves it leaves the state as it is. */
export function settingsOf(form: SourceForm, state: Source['state']): SourceSettings {
  return {
    name: form.name.trim(),
    kind: form.kind,
    state,
    user_id_type: form.user_id_type,
    rate_limit: form.rate_limit.trim() === '' ? null : Number(form.rate_limit),
  };
}

export function isRateLimit(text: string): boolean {
  if (text.trim() === '') return true;
  const limit = Number(text);
  return Number.isInteger(limit) && limit >= 1 && limit <= RATE_LIMIT_MAX;
}

type Field = keyof SourceSettings;
const FIELDS: Field[] = ['name', 'kind', 'state', 'user_id_type', 'rate_limit'];

export function changedFields(before: SourceSettings, after: SourceSettings): Field[] {
  return FIELDS.filter((field) => before[field] !== after[field]);
}

/** My changes on top of somebody else's newer version: what I did not touch stays as they left it. */
export function onTop(base: SourceSettings, mine: SourceSettings, theirs: SourceSettings): SourceSettings {
  const own = changedFields(base, mine).map((field) => [field, mine[field]]);
  const { name, kind, state, user_id_type, rate_limit } = theirs;
  return { name, kind, state, user_id_type, rate_limit, ...Object.fromEntries(own) };
}

export function fieldNames(t: Messages): Record<Field, string> {
  const f = t.sources.form;
  return { name: f.name, kind: f.kind, state: f.state, user_id_type: f.userIdType, rate_limit: f.rateLimit };
}

export function rateText(t: Messages, fmt: Fmt, limit: number | null): string {
  return limit === null ? t.sources.unlimited : t.sources.perSecond(fmt.count(limit));
}

/** What somebody else made of it, a line for each field. */
export function changeLines(t: Messages, fmt: Fmt, before: SourceSettings, after: SourceSettings): string[] {
  const names = fieldNames(t);
  const say: Record<Field, (settings: SourceSettings) => string> = {
    name: ({ name }) => name,
    kind: ({ kind }) => lookup(t.sources.kinds, kind),
    state: ({ state }) => lookup(t.sources.states, state),
    user_id_type: ({ user_id_type }) => lookup(t.sources.form.userIdTypes, user_id_type),
    rate_limit: ({ rate_limit }) => rateText(t, fmt, rate_limit),
  };
  return changedFields(before, after).map((field) =>
    t.common.changed(names[field], say[field](before), say[field](after)),
  );
}
