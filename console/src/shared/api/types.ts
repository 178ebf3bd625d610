// Shapes of /api/v1 as the console uses them. contract.ts compares them with schema.d.ts, which `npm run gen:api` writes
// from ../docs/openapi.json; any of them can become an alias of `components['schemas'][…]`. Nothing else imports the schema.

import type { FromServer } from './sent';

export interface Money {
  minor: number;
  currency: string;
  exponent: number;
}

/** RFC 3339 instant in UTC. */
export type Instant = string;
/** `2011-12-09`, a day in the brand's time zone. */
export type Day = string;
/** `2011-12`. */
export type Month = string;

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type LocaleTag = 'zh-CN' | 'en';
export type RoleName = 'administrator' | 'operator' | 'analyst' | 'clerk' | 'service' | 'sender';

export interface Me {
  id: string;
  email: string;
  name: string;
  role: RoleName;
  rights: string[];
  csrf_token: string;
  must_set_password: boolean;
  locale: LocaleTag | null;
}

export interface User {
  id: string;
  email: string;
  name: string;
  role: RoleName;
  status: 'active' | 'disabled';
  last_sign_in_at: Instant | null;
  created_at: Instant;
}

export interface ApiToken {
  id: string;
  name: string;
  role: RoleName;
  created_at: Instant;
  last_used_at: Instant | null;
  expires_at: Instant | null;
}

export interface Roles {
  roles: { role: RoleName; rights: string[] }[];
  rights: { right: string; description: string }[];
}

export interface AuditEntry {
  id: string | number;
  at: Instant;
  actor: { kind: 'user' | 'token' | 'system'; id: string | null; name: string | null };
  action: string;
  subject: string | null;
  detail: Record<string, unknown> | null;
}

export type RfmGroup = string;

export interface CustomerRow {
  id: string;
  display_name: string | null;
  identifiers: { type: string; value: string }[];
  orders: number;
  revenue: Money;
  gross_sales: Money;
  refunds: Money;
  first_purchase_at: Instant | null;
  last_purchase_at: Instant | null;
  rfm: { r: number; f: number; m: number; cell: string; group: RfmGroup } | null;
  historical_value: Money | null;
  current_value: Money | null;
  potential_value: Money | null;
  potential_low: Money | null;
  potential_high: Money | null;
  lifetime_value: Money | null;
  probability_active: number | null;
  expected_orders: number | null;
  next_purchase_on: Day | null;
}

export interface CustomerPage extends Page<CustomerRow> {
  total: number;
  as_of: Day | null;
}

export type ValuePartName = 'historical' | 'current' | 'potential';

export interface ValuePart {
  part: ValuePartName;
  /** Null where there is too little data. */
  amount: Money | null;
  /** A code; the console has words for it. */
  formula: string;
  from: Day | null;
  to: Day | null;
  inputs: Record<string, Money | number | string | null>;
}

export interface CustomerValue {
  as_of: Day;
  unit: string;
  horizon_days: number;
  currency: string | null;
  discount_rate_annual: number;
  margin_basis_points: number;
  model: string;
  parts: ValuePart[];
  lifetime: Money | null;
  interval: { level: number; low: Money; high: Money } | null;
  current_rank_percentile: number | null;
  probability_active: number | null;
  expected_orders: number | null;
  probability_next_purchase_by: { days: number; probability: number }[];
  next_purchase_on: Day | null;
  warnings: string[];
}

export interface TraitEntry {
  value: string;
  source: string;
  at: Instant;
}

export interface CustomerProfile {
  row: CustomerRow;
  number: number;
  created_at: Instant;
  identities: { type: string; value: string; source: string; first_seen_at: Instant }[];
  traits: (TraitEntry & { name: string; earlier: TraitEntry[] })[];
  value: CustomerValue | null;
  spending: { month: Month; revenue: Money; orders: number }[];
  conflicts: { type: string; value: string; other_customer_id: string; at: Instant }[];
  /** Null where no touch-point has seen the customer. */
  activity: { events: number; first_at: Instant; last_at: Instant } | null;
  /** Those that stand. */
  tags: FromServer<'TagPeriodDto'>[];
  information: FromServer<'InformationDto'>;
}

export type TimelineKind =
  | 'order'
  | 'refund'
  | 'gift'
  | 'cancelled'
  | 'adjustment'
  | 'customer_update'
  | 'event'
  | 'page'
  | 'screen'
  | 'identify'
  | 'group'
  | 'alias'
  | 'unpaid';

export interface TimelineEntry {
  id: string;
  at: Instant;
  kind: TimelineKind;
  title: string;
  order_no: string | null;
  amount: Money | null;
  quantity: number | null;
  source: string;
  import_id: string | null;
  lines: {
    sku: string | null;
    name: string | null;
    quantity: number | null;
    unit_price: Money | null;
    amount: Money | null;
  }[];
  traits: { name: string; value: string }[];
}

export interface ValueDefinition {
  horizon_days: number;
  discount_rate_annual: number;
  margin_basis_points: number;
  current_window_days: number;
  margin_is_set: boolean;
}

export type Driver = 'new_customers' | 'purchases' | 'refunds' | 'expectation';

export interface Overview {
  as_of: Day | null;
  currency: string | null;
  customers: number;
  buyers: number;
  has_data: boolean;
  data_freshness: {
    last_fact_at: Instant | null;
    last_import: { id: string; finished_at: Instant | null; files: string[]; accepted: number } | null;
    last_value_run: { id: string; finished_at: Instant; as_of: Day } | null;
    waiting_facts: number;
    stale: boolean;
  };
  total_value: {
    lifetime: Money | null;
    historical: Money;
    current: Money;
    potential: Money | null;
    potential_low: Money | null;
    potential_high: Money | null;
    definition: ValueDefinition;
  } | null;
  change: { since: Day; total: Money; drivers: { driver: Driver; amount: Money }[] } | null;
  /** Value and share are null where there is no forecast. */
  groups: { group: RfmGroup; customers: number; lifetime: Money | null; share: number | null }[];
  trend: { month: Month; revenue: Money; orders: number; buyers: number; new_buyers: number; partial: boolean }[];
  attention: {
    customer: CustomerRow;
    reason: 'overdue' | 'high_value_fading';
    detail: { expected_on: Day | null; days_overdue: number | null; potential: Money | null };
  }[];
  jobs: { running: number; dead: number };
  imports: { unfinished: number };
}

export interface ValueModel {
  model: string;
  parameters: Record<string, number>;
  std_errors: Record<string, number | null> | null;
  log_likelihood: number | null;
  aic: number | null;
  bic: number | null;
  converged: boolean;
  iterations: number;
  status: string;
  warnings: { code: string; text: string }[];
}

export interface SpendModel {
  parameters: Record<string, number>;
  std_errors: Record<string, number | null> | null;
  status: string;
  warnings: { code: string; text: string }[];
}

export interface ValueReport {
  as_of: Day;
  currency: string | null;
  unit: string;
  horizon_days: number;
  customers: number;
  default_model: string;
  models: ValueModel[];
  spend_model: SpendModel | null;
  totals: Record<'historical' | 'current', Money> &
    Record<'potential' | 'potential_low' | 'potential_high' | 'lifetime', Money | null>;
  top20: {
    share_of_profit: number | null;
    repeat_customer_share: number | null;
    customers: number;
    profit: Money;
    /** Share of profit of the poorest `p` of the customers. */
    lorenz: { p: number; share: number }[];
  } | null;
  run: { id: string; started_at: Instant; finished_at: Instant; seconds: number };
}

export interface RfmReport {
  as_of: Day;
  currency: string | null;
  cut_points: Record<'r' | 'f' | 'm', number[]>;
  definition: unknown;
  cells: { r: number; f: number; m: number; customers: number; revenue: Money }[];
  groups: {
    group: RfmGroup;
    customers: number;
    revenue: Money;
    lifetime: Money | null;
    share_of_revenue: number | null;
  }[];
  buyers: number;
}

export type Measure = 'lifetime' | 'potential' | 'current' | 'historical';

export interface Distribution {
  measure: Measure;
  currency: string | null;
  /** The first one is open below when there are values under zero; the last one is open above. */
  bins: { from_minor: number | null; to_minor: number | null; customers: number; amount: Money }[];
  /** The best first; cut where values differ, so that equal values share one, and empty ones are left out. */
  deciles: {
    decile: number;
    /** Both inclusive. */
    from_minor: number;
    to_minor: number;
    customers: number;
    amount: Money;
    share: number | null;
  }[];
}

export interface RepeatRate {
  rate: number;
  /** Customers who were observed for the whole span. */
  observable: number;
}

export interface CohortReport {
  as_of: Day;
  currency: string | null;
  months: Month[];
  rows: {
    cohort: Month;
    size: number;
    cells: { month_index: number; customers: number; revenue: Money; complete: boolean }[];
    repeat_30: RepeatRate | null;
    repeat_60: RepeatRate | null;
    repeat_90: RepeatRate | null;
  }[];
  interval_median_days: number | null;
}

export interface Backtest {
  fit_until: Day;
  until: Day;
  unit: string;
  chosen: string;
  actual_total: number;
  models: { model: string; predicted_total: number; mae: number; rmse: number; correlation: number | null }[];
  weeks: { week_start: Day; actual: number; predicted: Record<string, number>; holdout: boolean }[];
  classes: { x: string; customers: number; actual_mean: number; predicted_mean: Record<string, number> }[];
}

export interface ValueRun {
  id: string;
  state: 'queued' | 'running' | 'done' | 'failed';
  started_at: Instant | null;
  finished_at: Instant | null;
  as_of: Day | null;
  progress: number;
  error: string | null;
}

export type ImportKind = 'orders' | 'customers';

export interface Upload {
  id: string;
  name: string;
  size_bytes: number;
}

export interface ImportOptions {
  time_zone: string | null;
  currency: string | null;
  date_order: 'ymd' | 'dmy' | 'mdy' | null;
  decimal_marks: Record<string, 'point' | 'comma'>;
  phone_region: 'china' | 'north_america' | null;
  encoding: string | null;
  delimiter: string | null;
  source: string | null;
}

export type Mapping = Record<string, string>;

export interface PreviewColumn {
  name: string;
  samples: string[];
  field: string | null;
  confidence: number;
  why: 'name' | 'content' | 'layout' | 'user' | null;
}

export interface RowError {
  field: string | null;
  code: string;
  reason: string;
}

export interface PreviewRow {
  row: number;
  outcome: 'accepted' | 'rejected' | string;
  order_no: string | null;
  customer: { type: string; value: string } | null;
  at: Instant | null;
  kind: string | null;
  product: string | null;
  quantity: number | null;
  amount: Money | null;
  errors: RowError[];
}

export interface ErrorGroup {
  code: string;
  field: string | null;
  rows: number;
  example?: string | null;
}

/** Why files cannot be imported as they are matched now; the console has words for the codes. */
export interface MappingProblem {
  field: string;
  code: string;
  why: string;
}

export interface ImportPreview {
  layout: string | null;
  files: {
    name: string;
    format: string;
    compression: string;
    encoding: string | null;
    delimiter: string | null;
    size_bytes: number;
  }[];
  columns: PreviewColumn[];
  fields: { field: string; required: boolean; description_key: string }[];
  /** Names every column: what the import will use. */
  mapping: Mapping;
  options: ImportOptions;
  currency_assumed: boolean;
  sample: PreviewRow[];
  checked_rows: number;
  accepted: number;
  rejected: number;
  errors_by_code: ErrorGroup[];
  missing: MappingProblem[];
  ready: boolean;
}

export type ImportState = 'queued' | 'reading' | 'applying' | 'done' | 'cancelled' | 'failed';

/** Customers of a customer file that were known before, by the identifier that told so. */
export interface MatchedRule {
  rule: string;
  customers: number;
  confidence: number;
}

export interface ImportRecord {
  id: string;
  kind: ImportKind;
  state: ImportState;
  cancel_requested: boolean;
  dry_run: boolean;
  files: { name: string; size_bytes: number }[];
  created_at: Instant;
  started_at: Instant | null;
  finished_at: Instant | null;
  created_by: string;
  progress: {
    bytes_done: number;
    bytes_total: number;
    rows: number;
    rows_per_second: number;
    seconds_left: number | null;
    fraction: number;
  };
  result: {
    rows: number;
    accepted: number;
    duplicates: number;
    rejected: number;
    new_customers: number;
    orders: number;
    refunds: number;
    guests: number;
    conflicts: number;
    matched: MatchedRule[];
  };
  errors_by_code: ErrorGroup[];
  error: { code: string; text: string } | null;
}

export type SourceKind = 'website' | 'app' | 'mini_program' | 'server' | 'till' | 'other';

/** What `userId` of a source's messages is. */
export type UserIdType = 'user_id' | 'customer_id' | 'member_no';

/** What a person decides about a source. */
export interface SourceSettings {
  name: string;
  kind: SourceKind;
  state: 'active' | 'paused';
  user_id_type: UserIdType;
  /** Messages in a second; null: as many as come. */
  rate_limit: number | null;
}

export interface Source extends SourceSettings {
  id: string;
  /** The last characters of the write key. */
  write_key_ending: string;
  /** Until then the write key before this one works too. */
  earlier_key_valid_until: Instant | null;
  created_by: string;
  created_at: Instant;
  /** What `If-Match` names. */
  version: number;
}

export interface SourceCounts {
  accepted: number;
  /** Sent again. */
  duplicates: number;
  refused: number;
  /** Because they are not as planned; `released` and `discarded` are decided since, the rest is kept aside now. */
  put_aside: number;
  released: number;
  discarded: number;
  /** Accepted, and then dropped, as they name somebody who was erased. */
  erased: number;
  last_at: Instant | null;
}

export interface SourceItem {
  source: Source;
  totals: SourceCounts;
}

export interface SourceDetail extends SourceItem {
  /** Days in UTC, the oldest first, without those on which nothing came. */
  days: { day: Day; counts: SourceCounts }[];
}

/** The write key is null when the answer is a repeated one: it is not kept. */
export interface SourceWithKey {
  source: Source;
  write_key: string | null;
}

export type LogOutcome = 'accepted' | 'duplicate' | 'refused' | 'quarantined';

/** A message as the debugger has it: without its values. */
export interface SourceLogEntry {
  id: number;
  at: Instant;
  outcome: LogOutcome;
  /** `track`, `identify`, …; null where it could not be read. */
  type: string | null;
  /** Of the event, the page or the screen. */
  name: string | null;
  message_id: string | null;
  /** A code: why it was refused or kept aside, or what is to be known of one that was accepted. */
  reason: string | null;
  /** Names and types of a refused message, or what of another is not as planned. */
  shape: string | null;
}

export interface BrandSettings {
  brand_name: string;
  time_zone: string;
  currency: string | null;
  currency_locked: boolean;
  /** Decimals of the currency, by the server's table. */
  currency_exponent: number | null;
  margin_basis_points: number | null;
  discount_rate_annual_basis_points: number;
  horizon_days: number;
  current_window_days: number;
  default_locale: LocaleTag;
}

export interface Job {
  id: string;
  name: string;
  state: 'waiting' | 'running' | 'done' | 'dead';
  attempt: number;
  max_attempts: number;
  run_at: Instant;
  last_error: string | null;
  created_at: Instant;
}

export interface SystemInfo {
  version: string;
  store: string;
  data_dir_bytes: number;
  history: { facts: number; files: number; bytes: number; version: number | string };
  started_at: Instant;
}
