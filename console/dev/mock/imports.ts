import type { ImportOptions, ImportPreview, ImportRecord, Mapping, PreviewColumn } from '../../src/shared/api/types';
import { iso, money } from './data.ts';

const COLUMNS: PreviewColumn[] = [
  {
    name: 'invoice_no',
    samples: ['536365', '536365', '536366', 'C536379', '536367'],
    field: 'order_no',
    confidence: 0.99,
    why: 'layout',
  },
  {
    name: 'stock_code',
    samples: ['85123A', '71053', '84406B', '22423', '21730'],
    field: 'sku',
    confidence: 0.97,
    why: 'layout',
  },
  {
    name: 'description',
    samples: ['WHITE HANGING HEART T-LIGHT HOLDER', 'WHITE METAL LANTERN', 'CREAM CUPID HEARTS COAT HANGER'],
    field: 'product_name',
    confidence: 0.82,
    why: 'name',
  },
  { name: 'quantity', samples: ['6', '8', '-1', '12', '2'], field: 'quantity', confidence: 0.98, why: 'name' },
  {
    name: 'invoice_date',
    samples: ['2010-12-01T08:26:00', '2010-12-01T08:28:00'],
    field: 'ordered_at',
    confidence: 0.95,
    why: 'content',
  },
  { name: 'unit_price', samples: ['2.55', '3.39', '2.75'], field: 'unit_price', confidence: 0.96, why: 'name' },
  { name: 'customer_id', samples: ['17850', '13047', ''], field: 'customer_id', confidence: 0.99, why: 'name' },
  { name: 'country', samples: ['United Kingdom', 'France'], field: 'trait:country', confidence: 0.55, why: 'content' },
  { name: 'remark', samples: ['', 'gift'], field: null, confidence: 0, why: null },
];

const ORDER_FIELDS = [
  'customer_id',
  'email',
  'phone',
  'member_no',
  'other_id',
  'order_no',
  'line_no',
  'ordered_at',
  'sku',
  'product_name',
  'quantity',
  'unit_price',
  'line_amount',
  'order_amount',
  'discount',
  'currency',
  'status',
  'refund_amount',
  'line_refund',
  'store',
  'channel',
];
const CUSTOMER_FIELDS = [
  'customer_id',
  'email',
  'phone',
  'member_no',
  'other_id',
  'name',
  'gender',
  'birthday',
  'city',
  'country',
  'registered_at',
  'updated_at',
];
const NUMBERS = new Set([
  'quantity',
  'unit_price',
  'line_amount',
  'order_amount',
  'discount',
  'refund_amount',
  'line_refund',
]);
const REQUIRED = new Set(['ordered_at']);

export interface StoredUpload {
  id: string;
  name: string;
  size_bytes: number;
}

export interface PreviewBody {
  kind: string;
  uploads: string[];
  options?: Partial<ImportOptions>;
  mapping?: Mapping;
}

/** `brandCurrency` null: nobody has said yet which currency the amounts are in. */
export function preview(
  body: PreviewBody,
  uploads: Map<string, StoredUpload>,
  brandCurrency: string | null,
): ImportPreview {
  const columns = COLUMNS.map((column) => {
    const chosen = body.mapping?.[column.name];
    return chosen === undefined || chosen === column.field
      ? column
      : { ...column, field: chosen, confidence: 1, why: 'user' as const };
  });
  const currency = body.options?.currency ?? brandCurrency ?? 'CNY';
  const hasTime = columns.some((column) => column.field === 'ordered_at') || body.kind === 'customers';
  return {
    layout: body.kind === 'orders' ? 'online_retail' : null,
    files: body.uploads.map((id) => {
      const upload = uploads.get(id);
      const gzip = upload?.name.endsWith('.gz') ?? false;
      return {
        name: upload?.name ?? id,
        format: 'csv',
        compression: gzip ? 'gzip' : 'none',
        encoding: body.options?.encoding ?? 'utf-8',
        delimiter: body.options?.delimiter ?? ',',
        size_bytes: upload?.size_bytes ?? 0,
      };
    }),
    columns,
    mapping: Object.fromEntries(columns.map((column) => [column.name, column.field ?? 'ignore'])),
    currency_assumed: brandCurrency === null && !body.options?.currency,
    fields: (body.kind === 'orders' ? ORDER_FIELDS : CUSTOMER_FIELDS).map((field) => ({
      field,
      required: REQUIRED.has(field),
      description_key: field,
    })),
    options: {
      time_zone: 'Europe/London',
      date_order: null,
      decimal_marks: Object.fromEntries(
        columns.filter((column) => NUMBERS.has(column.field ?? '')).map((column) => [column.name, 'point' as const]),
      ),
      phone_region: null,
      encoding: null,
      delimiter: null,
      source: 'file',
      ...body.options,
      currency,
    },
    sample: Array.from({ length: 20 }, (_, index) => ({
      row: index + 2,
      outcome: index === 6 ? 'rejected' : 'accepted',
      order_no: index === 3 ? 'C536379' : String(536_365 + index),
      customer: index === 9 ? null : { type: 'customer_id', value: '17850' },
      product: '85123A',
      quantity: 6,
      at: index === 6 ? null : iso(Date.UTC(2010, 11, 1, 8, 26 + index)),
      kind: index === 3 ? 'refund' : 'order',
      amount: { ...money(index === 3 ? -2750 : 1530 + index * 45), currency },
      errors:
        index === 6
          ? [{ field: 'ordered_at', code: 'invalid_date', reason: 'date "31/02/2010" is not understood' }]
          : [],
    })),
    checked_rows: 10_000,
    accepted: 9_988,
    rejected: 12,
    errors_by_code: [
      { code: 'invalid_date', field: 'ordered_at', rows: 9, example: '31/02/2010' },
      { code: 'invalid_number', field: 'unit_price', rows: 3, example: 'n/a' },
    ],
    missing: hasTime
      ? []
      : [
          {
            field: 'ordered_at',
            code: 'missing_field',
            why: 'every order needs the time it was placed: say which column holds it',
          },
        ],
    ready: hasTime,
  };
}

const DONE_RESULT = {
  rows: 443_159,
  accepted: 443_147,
  duplicates: 0,
  rejected: 12,
  new_customers: 3_297,
  orders: 14_202,
  refunds: 2_731,
  guests: 135_080,
  conflicts: 0,
  matched: [],
};

const NOTHING = {
  rows: 0,
  accepted: 0,
  duplicates: 0,
  rejected: 0,
  new_customers: 0,
  orders: 0,
  refunds: 0,
  guests: 0,
  conflicts: 0,
  matched: [],
};

/** Of an import, and of the value run after it. */
export const RUN_MS = 2000;

export function startedImport(
  id: string,
  kind: 'orders' | 'customers',
  files: { name: string; size_bytes: number }[],
  startedMs: number,
  dryRun: boolean,
): ImportRecord & { startedMs: number } {
  return {
    ...importRecord(id, 'reading', files),
    kind,
    dry_run: dryRun,
    created_at: iso(startedMs),
    started_at: iso(startedMs),
    finished_at: null,
    result: NOTHING,
    startedMs,
  };
}

/** Moves a running import by the clock, so that the progress can be seen. */
export function advance(record: ImportRecord & { startedMs?: number }): ImportRecord {
  if (record.startedMs === undefined || record.state === 'cancelled') return record;
  const fraction = Math.min(1, (Date.now() - record.startedMs) / RUN_MS);
  if (fraction >= 1)
    return {
      ...record,
      state: 'done',
      finished_at: iso(record.startedMs + RUN_MS),
      progress: progressOf(1),
      result: DONE_RESULT,
    };
  const state = fraction < 0.35 ? 'reading' : 'applying';
  return { ...record, state, progress: progressOf(fraction) };
}

function progressOf(fraction: number) {
  return {
    bytes_done: Math.round(6_176_397 * fraction),
    bytes_total: 6_176_397,
    rows: Math.round(443_159 * fraction),
    rows_per_second: 110_000,
    seconds_left: Math.round((1 - fraction) * 4),
    fraction,
  };
}

export function importRecord(
  id: string,
  state: ImportRecord['state'],
  files: { name: string; size_bytes: number }[],
): ImportRecord {
  return {
    id,
    kind: 'orders',
    state,
    dry_run: false,
    files,
    created_at: '2026-11-21T02:11:50Z',
    started_at: '2026-11-21T02:11:51Z',
    finished_at: '2026-11-21T02:12:30Z',
    created_by: '林晓岚',
    progress: progressOf(state === 'failed' ? 0.3 : 1),
    cancel_requested: false,
    result: state === 'done' ? DONE_RESULT : NOTHING,
    errors_by_code: [
      { code: 'invalid_date', field: 'ordered_at', rows: 9 },
      { code: 'invalid_number', field: 'unit_price', rows: 3 },
    ],
    error:
      state === 'failed'
        ? { code: 'file_truncated', text: 'orders-broken.csv: the compressed file ends too early after 1204331 bytes' }
        : null,
  };
}
