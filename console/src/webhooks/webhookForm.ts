import type { Fmt } from '@/shared/fmt';
import { lookup, type Messages } from '@/shared/i18n';
import type { Webhook, WebhookSettings } from './types';

export const URL_CHARACTERS_MAX = 2000;
export const DESCRIPTION_CHARACTERS_MAX = 200;

export const EMPTY: WebhookSettings = { url: '', description: '', event_types: [], with_imports: false };

export function settingsOf({ url, description, event_types, with_imports }: WebhookSettings): WebhookSettings {
  return { url: url.trim(), description: description.trim(), event_types: [...event_types].sort(), with_imports };
}

type Field = keyof WebhookSettings;
const FIELDS: Field[] = ['url', 'description', 'event_types', 'with_imports'];

export function changedFields(before: WebhookSettings, after: WebhookSettings): Field[] {
  const [one, other] = [settingsOf(before), settingsOf(after)];
  return FIELDS.filter((field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]));
}

/** My changes on top of somebody else's newer version: what I did not touch stays as they left it. */
export function onTop(base: WebhookSettings, mine: WebhookSettings, theirs: Webhook): WebhookSettings {
  const own = changedFields(base, mine).map((field) => [field, mine[field]]);
  return { ...settingsOf(theirs), ...Object.fromEntries(own) };
}

/** What somebody else made of it, a line for each field. */
export function changeLines(t: Messages, fmt: Fmt, before: WebhookSettings, after: WebhookSettings): string[] {
  const f = t.webhooks.form;
  const names: Record<Field, string> = {
    url: f.url,
    description: f.description,
    event_types: f.eventTypes,
    with_imports: f.withImports,
  };
  const say = (settings: WebhookSettings, field: Field): string => {
    const value = settings[field];
    if (typeof value === 'boolean') return value ? f.yes : f.no;
    if (Array.isArray(value)) return fmt.list(value.map((type) => lookup(t.webhooks.events, type)));
    return value === '' ? f.none : value;
  };
  return changedFields(before, after).map((field) =>
    t.webhooks.edit.changed(names[field], say(before, field), say(after, field)),
  );
}
