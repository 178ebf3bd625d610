import type { Fmt } from '@/shared/fmt';
import type { Messages } from '@/shared/i18n';
import { toCsv } from '@/shared/ui/download';
import type { NewUnitBatch, UnitBatch, UnitBatchItem } from './types';

/** As the server has them. */
export const UNITS_MAX = 20_000;
const TEXT_BYTES_MAX = 100;
const AMOUNT_MAX = 1_000_000_000_000;

/** As it is typed. */
export type BatchForm = Record<keyof NewUnitBatch, string>;

export const EMPTY: BatchForm = {
  product: '',
  sku: '',
  batch_no: '',
  touch_point: '',
  reward_name: '',
  reward_amount: '',
  units: '',
};

type Faults = Partial<Record<keyof BatchForm, string>>;

/** A whole number that somebody typed, with or without grouping; null where it is none. */
function wholeOf(text: string): number | null {
  const plain = text.trim().replaceAll(',', '');
  return /^\d{1,13}$/.test(plain) ? Number(plain) : null;
}

/** What may be sent, or what is wrong at which field. */
export function batchOf(t: Messages, form: BatchForm): { batch: NewUnitBatch | null; faults: Faults } {
  const f = t.units.form;
  const faults: Faults = {};
  const text = (name: 'product' | 'sku' | 'batch_no' | 'reward_name') => {
    const value = form[name].trim();
    const bytes = new TextEncoder().encode(value).length;
    if (bytes === 0) faults[name] = t.access.required;
    else if (bytes > TEXT_BYTES_MAX) faults[name] = f.textRange;
    return value;
  };
  const number = (name: 'units' | 'reward_amount', most: number, words: string) => {
    const value = wholeOf(form[name]);
    if (value === null || value < 1 || value > most) faults[name] = words;
    return value ?? 0;
  };
  if (form.touch_point === '') faults.touch_point = t.access.required;
  const batch = {
    product: text('product'),
    sku: text('sku'),
    batch_no: text('batch_no'),
    touch_point: form.touch_point,
    reward_name: text('reward_name'),
    reward_amount: number('reward_amount', AMOUNT_MAX, f.amountRange),
    units: number('units', UNITS_MAX, f.unitsRange),
  };
  return { batch: Object.keys(faults).length === 0 ? batch : null, faults };
}

/** What a printer of packages gets: serial number, code, and where it leads; beside it what it is for. */
export function codesCsv(batch: UnitBatch, codes: string[], base: string): string {
  const link = (code: string) => `${base.replace(/\/+$/, '')}/u/${code}`;
  return toCsv([
    ['serial', 'code', 'link', 'product', 'sku', 'batch_no'],
    ...codes.map((code, index) => [index + 1, code, link(code), batch.product, batch.sku, batch.batch_no]),
  ]);
}

export function matching(items: UnitBatchItem[], text: string): UnitBatchItem[] {
  const wanted = text.trim().toLowerCase();
  return items.filter(({ batch }) =>
    [batch.product, batch.sku, batch.batch_no, batch.id].some((one) => one.toLowerCase().includes(wanted)),
  );
}

/** A few of many thousand are not none. */
export function shareText(fmt: Fmt, part: number, whole: number): string {
  const ratio = whole > 0 ? part / whole : 0;
  return fmt.percent(ratio, ratio > 0 && ratio < 0.01 ? 2 : 1);
}
