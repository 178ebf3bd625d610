import type { AuditEntry } from '@/shared/api/types';
import type { Fmt } from '@/shared/fmt';
import { lookup, type Messages } from '@/shared/i18n';
import { fieldNames, rateText } from '@/sources/sourceForm';
import { settingNames } from '../brandForm';

export interface Context {
  t: Messages;
  fmt: Fmt;
  /** Name of a person or token by its id; the id where it is not known. */
  nameOf: (id: string) => string;
}

type Say = (value: unknown, context: Context) => string | null;

const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);

function isChange(value: unknown): value is { from: string | null; to: string | null } {
  return typeof value === 'object' && value !== null && 'from' in value && 'to' in value;
}

/** A value that was given, or one that was changed from another. */
function given(nameOf: (t: Messages) => string, words: (t: Messages) => object): Say {
  return (value, { t }) => {
    const say = (code: unknown) => lookup(words(t), String(code));
    const name = nameOf(t);
    return isChange(value) ? t.common.changed(name, say(value.from), say(value.to)) : t.common.is(name, say(value));
  };
}

/** What each field of a detail says. Null: nothing that the action alone does not say. */
const SAY: Record<string, Say> = {
  role: given(
    (t) => t.settings.user.role,
    (t) => t.common.roles,
  ),
  status: given(
    (t) => t.settings.user.status,
    (t) => t.settings.user.statuses,
  ),
  name_changed: (value, { t }) => (value ? t.audit.nameChanged : null),
  expires_in_days: (value, { t, fmt }) =>
    value === null ? t.audit.neverExpires : t.audit.expiresIn(fmt.count(Number(value))),
  because: (value, { t }) => lookup(t.audit.because, String(value)),
  user: (value, { t, nameOf }) => {
    const say = (user: unknown) => (user === null ? t.audit.places.noStore : nameOf(String(user)));
    const name = t.audit.actors.user;
    return isChange(value) ? t.common.changed(name, say(value.from), say(value.to)) : t.common.is(name, say(value));
  },
  password_removed: (value, { t }) => (value ? t.audit.passwordRemoved : null),
  locale: (value, { t }) =>
    t.common.is(t.shell.language, value === null ? t.audit.brandLocale : languageName(String(value))),
  // That of a text is whatever somebody called it.
  version: (value, { t, fmt }) => t.audit.version(typeof value === 'number' ? fmt.count(value) : String(value)),
  // Fields, or stages of a layer by their codes with what is other in each.
  changed: (value, { t, fmt }) =>
    t.audit.changedFields(
      fmt.list(
        (Array.isArray(value) ? texts(value) : Object.keys(value ?? {})).map((field) =>
          lookup({ ...settingNames(t), ...fieldNames(t) }, field),
        ),
      ),
    ),
  name: (value, { t }) =>
    isChange(value) ? t.common.changed(t.audit.name, String(value.from), String(value.to)) : `name: ${String(value)}`,
  // Of a layer: conditions that its base lost and got.
  base: (value, { t, fmt }) => {
    const { removed, added } = (value ?? {}) as { removed?: unknown; added?: unknown };
    return t.common.changed(t.audit.base, fmt.list(texts(removed)), fmt.list(texts(added)));
  },
  more_changed: (value, { t, fmt }) => t.audit.moreChanged(fmt.count(Number(value))),
  stages: (value, { t, fmt }) => t.common.is(t.audit.stages, fmt.list(texts(value))),
  currency: (value, { t }) => t.common.is(t.settings.brand.currency, String(value)),
  kind: (value, { t }) => lookup({ ...t.imports.kinds, ...t.sources.kinds, ...t.audit.places.kinds }, String(value)),
  user_id_type: (value, { t }) =>
    t.common.is(t.sources.form.userIdType, lookup(t.sources.form.userIdTypes, String(value))),
  rate_limit: (value, { t, fmt }) =>
    t.common.is(t.sources.column.rateLimit, rateText(t, fmt, value === null ? null : Number(value))),
  earlier_key_valid_seconds: (value, { t, fmt }) => {
    const known = lookup(t.sources.rotate.graces, String(value));
    const words = known === String(value) ? fmt.duration(Number(value)) : known;
    return t.common.is(t.sources.rotate.grace, words);
  },
  draft_changed: (value, { t }) => (value ? t.plans.draft.title : null),
  mode: given(
    (t) => t.plans.mode.title,
    (t) => t.plans.mode.names,
  ),
  number: (value, { t, fmt }) => t.plans.versions.number(fmt.count(Number(value))),
  events: (value, { t, fmt }) => t.plans.draft.events(fmt.count(Number(value))),
  days: (value, { t }) => lookup(t.plans.first.lastDays, String(value)),
  facts: (value, { t, fmt }) => t.plans.violations.count(fmt.count(Number(value))),
  // They are in the record, for whoever looks for one of them.
  first_id: () => null,
  last_id: () => null,
  merge: () => null,
  consent: () => null,
  withdrawal: () => null,
  erasure: () => null,
  hash: () => null,
  event: () => null,
  fact: () => null,
  purpose: (value, { t }) => t.common.is(t.consent.evidence.purpose, String(value)),
  decision: (value, { t }) => lookup(t.consent.decisions, String(value)),
  profiles: (value, { t, fmt }) => t.common.is(t.privacy.erasures.profiles, fmt.count(Number(value))),
  in_time: (value, { t }) => (value ? null : t.privacy.erasures.overdue),
  event_types: (value, { t, fmt }) => fmt.list(texts(value).map((type) => lookup(t.webhooks.events, type))),
  reason: (value, { t }) => (value === 'by_hand' ? null : lookup(PAUSED_BECAUSE(t), String(value))),
  earlier_secret_valid_seconds: (value, { t, fmt }) => {
    const known = lookup(t.webhooks.rotate.graces, String(value));
    const words = known === String(value) ? fmt.duration(Number(value)) : known;
    return t.common.is(t.webhooks.rotate.grace, words);
  },
  failed: (value, { t }) => (value ? t.webhooks.column.failed : null),
  since: (value, { t, fmt }) => t.common.is(t.webhooks.replay.sinceAt, fmt.listTime(String(value))),
  deliveries: (value, { t, fmt }) => t.common.is(t.webhooks.deliveries.title, fmt.count(Number(value))),
  parent: (value, { t }) => t.common.is(t.audit.places.parent, value === null ? t.audit.places.root : String(value)),
  moved: (value, { t }) => (value ? t.audit.places.moved : null),
  place: (value, { t }) => t.common.is(t.audit.places.sees, value === null ? t.audit.places.everyone : String(value)),
  store: (value, { t }) => {
    const say = (store: unknown) => (store === null ? t.audit.places.noStore : String(store));
    const name = t.audit.places.store;
    return isChange(value) ? t.common.changed(name, say(value.from), say(value.to)) : t.common.is(name, say(value));
  },
  // The end of a period is its first instant that is not in it.
  until: (value, { t, fmt }) =>
    t.common.is(t.audit.places.through, fmt.day(new Date(Date.parse(String(value)) - 1).toISOString())),
  amount_minor: () => null,
  wallet: (value, { t }) => t.common.is(t.audit.wallet, String(value)),
  amount: (value, { t, fmt }) => t.common.is(t.audit.amount, fmt.count(Number(value))),
  balance: (value, { t, fmt }) => {
    const { from, to } = (value ?? {}) as { from?: unknown; to?: unknown };
    return t.common.changed(t.audit.balance, fmt.count(Number(from)), fmt.count(Number(to)));
  },
  reference: (value, { t }) => (value === null ? null : t.common.is(t.audit.reference, String(value))),
  request: (value, { t }) => t.common.is(t.audit.request, String(value)),
  reversed: (value, { t }) => t.common.is(t.audit.reversed, String(value)),
  valid_days: (value, { t, fmt }) => t.common.is(t.audit.validDays, fmt.count(Number(value))),
  entry: () => null,
  definition: () => null,
  absorbed: (value, { t }) => t.common.is(t.audit.absorbed, String(value)),
  files: (value, { t, fmt }) => t.audit.files(fmt.count(Number(value))),
  dry_run: (value, { t }) => (value ? t.audit.dryRun : null),
  customers: (value, { t, fmt }) => t.common.people(fmt.count(Number(value))),
  codes: (value, { t, fmt }) => t.audit.codes(fmt.count(Number(value))),
  networks: (value, { t, fmt }) => t.audit.networks(fmt.count(Number(value))),
  units: (value, { t, fmt }) => t.audit.codes(fmt.count(Number(value))),
  serial: (value, { t, fmt }) => t.audit.serial(fmt.count(Number(value))),
  sku: (value, { t }) => t.common.is(t.audit.sku, String(value)),
  batch_no: (value, { t }) => t.common.is(t.audit.batchNo, String(value)),
  reward_name: (value, { t }) => t.common.is(t.audit.reward, String(value)),
  reward_amount: (value, { t, fmt }) => t.common.is(t.audit.amount, fmt.count(Number(value))),
  naming: (value, { t }) => lookup(t.audit.naming, String(value)),
  right: (value, { t }) => t.common.is(t.audit.right, lookup(t.common.rights, String(value))),
  route: (value, { t }) => t.common.is(t.audit.route, String(value)),
  more: (value, { t, fmt }) => t.audit.more(fmt.count(Number(value))),
  conditions: (value, { t, fmt }) => {
    const names = texts(value).map((condition) => lookup(t.audit.conditions, condition));
    return names.length === 0 ? t.audit.noConditions : t.audit.filteredBy(fmt.list(names));
  },
};

const PAUSED_BECAUSE = (t: Messages) => ({ failures: t.webhooks.health.gave_up, gone: t.webhooks.health.gone });

function languageName(tag: string): string {
  return { 'zh-CN': '中文', en: 'English' }[tag] ?? tag;
}

/** What an entry says beyond its action, a sentence a field. A field that this version does not know is told as it is. */
export function detailWords(detail: AuditEntry['detail'], context: Context): string[] {
  return Object.entries(detail ?? {}).flatMap(([key, value]) => {
    // Days of a rule of incentives are those that it waits, not the last ones.
    if (key === 'days' && detail && 'amount_minor' in detail) return [];
    const say = Object.hasOwn(SAY, key) ? SAY[key] : undefined;
    const text = say ? say(value, context) : `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
    return text === null ? [] : [text];
  });
}
