import type { Search } from '@/app/search';
import type { Code, CodeRow } from './types';

// The report has all codes in one answer; what is shown of it, and in which order, is a matter of the console.

export const SORTS = ['created', 'scans', 'visitors', 'followed', 'registered', 'ordered', 'cost', 'last'] as const;
export type Sort = (typeof SORTS)[number];

export interface Shown {
  text: string;
  touchPoint: string | null;
  state: string | null;
  sort: Sort;
  order: 'asc' | 'desc';
  page: number;
}

export function shownOf(search: Search): Shown {
  const page = Number(search.page);
  return {
    text: search.search ?? '',
    touchPoint: search.touch_point ?? null,
    state: search.state === 'active' || search.state === 'paused' ? search.state : null,
    sort: SORTS.find((one) => one === search.sort) ?? 'created',
    order: search.order === 'asc' ? 'asc' : 'desc',
    page: Number.isInteger(page) && page > 1 ? page : 1,
  };
}

/** Also by the end of its link and by what its parameters say. */
function hasText({ code }: CodeRow, wanted: string): boolean {
  const texts = [code.name, code.id, code.path, code.target, ...Object.values(code.parameters)];
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

export function matching(rows: CodeRow[], { text, touchPoint, state }: Shown): CodeRow[] {
  const wanted = text.trim().toLowerCase();
  return rows.filter(
    (row) =>
      (touchPoint === null || row.code.touch_point === touchPoint) &&
      (state === null || row.code.state === state) &&
      (wanted === '' || hasText(row, wanted)),
  );
}

const VALUES: Record<Sort, (row: CodeRow) => number> = {
  created: ({ code }) => Date.parse(code.created_at),
  scans: ({ scans }) => scans,
  visitors: ({ visitors }) => visitors,
  followed: ({ followed }) => followed,
  registered: ({ registered }) => registered,
  ordered: ({ ordered }) => ordered,
  cost: ({ code }) => code.cost_minor,
  last: ({ last_scan_at: at }) => (at ? Date.parse(at) : 0),
};

const NATURAL = new Intl.Collator(undefined, { numeric: true });

/** As people count: `Stand 2` before `Stand 10`. The id decides last, so that a page never changes by itself. */
export function byName(one: Code, other: Code): number {
  return NATURAL.compare(one.name, other.name) || (one.id < other.id ? -1 : 1);
}

/** Ties by name: codes of one batch were made at the same instant, and nobody has scanned most of them. */
export function sorted(rows: CodeRow[], { sort, order }: Shown): CodeRow[] {
  const sign = order === 'asc' ? 1 : -1;
  const value = VALUES[sort];
  return [...rows].sort((one, other) => {
    const difference = value(one) - value(other);
    return difference === 0 ? byName(one.code, other.code) : sign * difference;
  });
}

export interface Sums {
  scans: number;
  visitors: number;
  followed: number;
  followedBefore: number;
  registered: number;
  ordered: number;
  costMinor: number;
}

export function sumsOf(rows: CodeRow[]): Sums {
  const sum = (value: (row: CodeRow) => number) => rows.reduce((total, row) => total + value(row), 0);
  return {
    scans: sum(({ scans }) => scans),
    visitors: sum(({ visitors }) => visitors),
    followed: sum(({ followed }) => followed),
    followedBefore: sum(({ followed_before }) => followed_before),
    registered: sum(({ registered }) => registered),
    ordered: sum(({ ordered }) => ordered),
    costMinor: sum(({ code }) => code.cost_minor),
  };
}

/** In smallest units, rounded; null where there is nothing to divide by, or nothing was spent. */
export function costPerEach(costMinor: number, count: number): number | null {
  return count > 0 && costMinor > 0 ? Math.round(costMinor / count) : null;
}
