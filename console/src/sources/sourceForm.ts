import type { SourceKind, SourceSettings, UserIdType } from '@/shared/api/types';
import type { Fmt } from '@/shared/fmt';
import { lookup, type Messages } from '@/shared/i18n';

/** As the server has it: more than one machine takes in. */
export const RATE_LIMIT_MAX = 100_000;

/** As it is typed; without a limit it is empty. Pausing is not done here: whoever saves leaves the state as it is. */
export type SourceForm = Record<keyof SourceSettings, string>;

export const EMPTY: SourceForm = {
  name: '',
  kind: 'website',
  state: 'active',
  user_id_type: 'user_id',
  rate_limit: '',
};

export function formOf({ name, kind, state, user_id_type, rate_limit }: SourceSettings): SourceForm {
  return { name, kind, state, user_id_type, rate_limit: rate_limit?.toString() ?? '' };
}

export function settingsOf(form: SourceForm): SourceSettings {
  return {
    name: form.name.trim(),
    kind: form.kind as SourceKind,
    state: form.state as SourceSettings['state'],
    user_id_type: form.user_id_type as UserIdType,
    rate_limit: form.rate_limit.trim() === '' ? null : Number(form.rate_limit),
  };
}

/** What is wrong before it is sent. */
export function faultsOf(t: Messages, form: SourceForm): Partial<SourceForm> {
  return {
    ...(form.name.trim() === '' ? { name: t.access.required } : {}),
    ...(isRateLimit(form.rate_limit) ? {} : { rate_limit: t.sources.form.rateLimitRange }),
  };
}

export function isRateLimit(text: string): boolean {
  if (text.trim() === '') return true;
  const limit = Number(text);
  return Number.isInteger(limit) && limit >= 1 && limit <= RATE_LIMIT_MAX;
}

export function fieldNames(t: Messages): SourceForm {
  const f = t.sources.form;
  return { name: f.name, kind: f.kind, state: f.state, user_id_type: f.userIdType, rate_limit: f.rateLimit };
}

export function rateText(t: Messages, fmt: Fmt, limit: number | null): string {
  return limit === null ? t.sources.unlimited : t.sources.perSecond(fmt.count(limit));
}

/** How a value of a field reads. */
export function sayOf(t: Messages, fmt: Fmt): (field: keyof SourceForm, value: string) => string {
  const words: Partial<Record<keyof SourceForm, object>> = {
    kind: t.sources.kinds,
    state: t.sources.states,
    user_id_type: t.sources.form.userIdTypes,
  };
  return (field, value) => {
    if (field === 'rate_limit') return rateText(t, fmt, value === '' ? null : Number(value));
    return lookup(words[field] ?? {}, value);
  };
}
