import type { Search } from '@/app/search';
import type { Fmt } from '@/shared/fmt';
import { lookup, type Messages } from '@/shared/i18n';

/** Keys of the address that narrow the list. The order here is the order of the chips. */
export const FILTER_KEYS = [
  'group',
  'cell',
  'r',
  'f',
  'm',
  'min_orders',
  'max_orders',
  'min_revenue_minor',
  'max_revenue_minor',
  'min_lifetime_minor',
  'max_lifetime_minor',
  'min_historical_minor',
  'max_historical_minor',
  'min_current_minor',
  'max_current_minor',
  'min_potential_minor',
  'max_potential_minor',
  'max_profit_rank',
  'cohort',
  'bought_in',
  'active_in',
  'last_purchase_after',
  'last_purchase_before',
  'overdue',
  'value_percentile_min',
  'value_percentile_max',
  'tag',
  'recognised',
] as const;

const TRAIT = 'trait.';

export const SORT_KEYS = [
  'lifetime_value',
  'potential_value',
  'current_value',
  'historical_value',
  'revenue',
  'orders',
  'last_purchase_at',
  'first_purchase_at',
  'probability_active',
  'expected_orders',
  'number',
] as const;

export function filtersOf(search: Search): Search {
  const keys = new Set<string>(FILTER_KEYS);
  return Object.fromEntries(
    Object.entries(search).filter(([key]) => key === 'search' || keys.has(key) || key.startsWith(TRAIT)),
  );
}

export interface Chip {
  keys: string[];
  text: string;
}

interface Brand {
  currency: string;
  exponent: number;
}

/** One chip per condition; a minimum and a maximum of the same figure share one. */
export function chipsOf(search: Search, t: Messages, fmt: Fmt, brand: Brand): Chip[] {
  const c = t.customers;
  const chips: Chip[] = [];
  const equals = (key: string, name: string, value: string | undefined) => {
    if (search[key]) chips.push({ keys: [key], text: c.chip.equals(name, value ?? search[key]) });
  };
  const range = (lowKey: string, highKey: string, name: string, show: (value: string) => string) => {
    const low = search[lowKey];
    const high = search[highKey];
    if (low && high) chips.push({ keys: [lowKey, highKey], text: c.chip.between(name, show(low), show(high)) });
    else if (low) chips.push({ keys: [lowKey], text: c.chip.atLeast(name, show(low)) });
    else if (high) chips.push({ keys: [highKey], text: c.chip.atMost(name, show(high)) });
  };
  const money = (minor: string) =>
    fmt.money({ minor: Number(minor), currency: brand.currency, exponent: brand.exponent });
  const plain = (value: string) => fmt.number(Number(value), 1);

  equals('group', c.filter.group, search.group && lookup(t.common.groups, search.group));
  equals('cell', c.filter.cell, search.cell);
  equals('r', 'R', search.r);
  equals('f', 'F', search.f);
  equals('m', 'M', search.m);
  range('min_orders', 'max_orders', c.filter.orders, plain);
  range('min_revenue_minor', 'max_revenue_minor', c.filter.revenue, money);
  for (const part of ['lifetime', 'historical', 'current', 'potential'] as const) {
    range(`min_${part}_minor`, `max_${part}_minor`, t.common.parts[part], money);
  }
  if (search.max_profit_rank) {
    chips.push({ keys: ['max_profit_rank'], text: c.chip.topByProfit(plain(search.max_profit_rank)) });
  }
  equals('cohort', c.filter.cohort, search.cohort);
  equals('bought_in', c.filter.bought_in, search.bought_in);
  // The API takes a second month under another name; to the reader both are the same condition.
  equals('active_in', c.filter.bought_in, search.active_in);
  if (search.last_purchase_after) {
    chips.push({
      keys: ['last_purchase_after'],
      text: c.chip.after(c.filter.last_purchase, search.last_purchase_after),
    });
  }
  if (search.last_purchase_before) {
    chips.push({
      keys: ['last_purchase_before'],
      text: c.chip.before(c.filter.last_purchase, search.last_purchase_before),
    });
  }
  if (search.overdue === 'true') chips.push({ keys: ['overdue'], text: c.chip.overdue });
  range('value_percentile_min', 'value_percentile_max', c.filter.percentile, plain);
  equals('tag', c.filter.tag, search.tag);
  if (search.recognised === 'true') chips.push({ keys: ['recognised'], text: c.filter.recognised });
  for (const [key, value] of Object.entries(search)) {
    if (key.startsWith(TRAIT)) chips.push({ keys: [key], text: c.chip.equals(key.slice(TRAIT.length), value) });
  }
  return chips;
}

export function without(search: Search, keys: string[]): Search {
  return Object.fromEntries(Object.entries(search).filter(([key]) => !keys.includes(key)));
}
