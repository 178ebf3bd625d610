// Deterministic customers and orders for work on screens without a server. Never part of the product build.
import type { CustomerRow, Money } from '../../src/shared/api/types';

export const AS_OF = '2026-11-20';
export const CURRENCY = 'CNY';
const FIRST_DAY = Date.UTC(2025, 5, 1);
const LAST_DAY = Date.parse(`${AS_OF}T00:00:00Z`);
const DAY_MS = 86_400_000;
const CUSTOMERS = 1860;
const MARGIN = 0.42;
const CURRENT_WINDOW_DAYS = 365;

export interface MockOrder {
  no: string;
  at: number;
  minor: number;
  refund: boolean;
  lines: { sku: string; name: string; quantity: number; unit: number }[];
}

export interface MockCustomer {
  number: number;
  row: CustomerRow;
  orders: MockOrder[];
  traits: Record<string, string>;
}

export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function money(minor: number): Money {
  return { minor: Math.round(minor), currency: CURRENCY, exponent: 2 };
}

export function iso(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

/** Day and month on the wall clock of Asia/Shanghai. */
export function localDay(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
}

const SURNAMES = '王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗'.split('');
const GIVEN = [
  '小满',
  '子轩',
  '雨桐',
  '思远',
  '佳宁',
  '一诺',
  '浩然',
  '梓涵',
  '静怡',
  '明哲',
  '晓岚',
  '书航',
  '安琪',
  '文博',
  '若溪',
];
const ENGLISH = [
  'Ann Lee',
  'Bartholomew Featherstonehaugh-Cholmondeley of Wexcombe',
  'Chen Wei',
  'Dora Novak',
  'Emil Šimek',
];
const GOODS = [
  '明前龙井 50 g',
  '桂花乌龙 100 g',
  '白毫银针 30 g',
  '手作茶杯',
  '冷泡茶包 12 枚',
  '大红袍 80 g',
  '茉莉花茶 100 g',
  '竹制茶则',
];
const CITIES = ['杭州', '上海', '成都', '广州', '北京', '苏州'];

function makeOrders(next: () => number, number: number): MockOrder[] {
  if (next() < 0.06) return [];
  const start = FIRST_DAY + next() ** 1.4 * (LAST_DAY - FIRST_DAY);
  const rate = 0.004 + next() ** 3 * 0.06;
  const alive = start + (0.1 + next() * 1.6) * 300 * DAY_MS;
  const spend = 4000 + next() ** 2 * 40_000;
  const orders: MockOrder[] = [];
  for (let at = start; at < Math.min(alive, LAST_DAY); at += (-Math.log(1 - next()) / rate) * DAY_MS) {
    const lines = Array.from({ length: 1 + Math.floor(next() * 3) }, () => {
      const good = Math.floor(next() * GOODS.length);
      return {
        sku: `T${1000 + good}`,
        name: GOODS[good] as string,
        quantity: 1 + Math.floor(next() * 3),
        unit: Math.round((spend * (0.4 + next())) / 100) * 10 + 9,
      };
    });
    const minor = lines.reduce((sum, line) => sum + line.quantity * line.unit, 0);
    const no = `${26_000 + number}${String(orders.length + 1).padStart(3, '0')}`;
    orders.push({ no, at: Math.floor(at / 1000) * 1000, minor, refund: false, lines });
    if (next() < 0.05)
      orders.push({
        no: `C${no}`,
        at: Math.floor(at / 1000) * 1000 + 3 * DAY_MS,
        minor: -Math.round(minor / 2),
        refund: true,
        lines: lines.slice(0, 1),
      });
  }
  return orders.filter((order) => order.at < LAST_DAY + DAY_MS);
}

function makeCustomer(number: number): MockCustomer {
  const next = random(number * 7919);
  const orders = makeOrders(next, number);
  const name =
    next() < 0.04
      ? (ENGLISH[Math.floor(next() * ENGLISH.length)] as string)
      : `${SURNAMES[Math.floor(next() * SURNAMES.length)]}${GIVEN[Math.floor(next() * GIVEN.length)]}`;
  const placed = orders.filter((order) => !order.refund);
  const gross = placed.reduce((sum, order) => sum + order.minor, 0);
  const refunds = orders.filter((order) => order.refund).reduce((sum, order) => sum - order.minor, 0);
  const windowFrom = LAST_DAY - CURRENT_WINDOW_DAYS * DAY_MS;
  const recent = orders.filter((order) => order.at >= windowFrom).reduce((sum, order) => sum + order.minor, 0);
  const first = placed[0]?.at ?? null;
  const last = placed.at(-1)?.at ?? null;
  const silence = last === null ? 999 : (LAST_DAY - last) / DAY_MS;
  const pace =
    first === null || last === null || placed.length < 2 ? 120 : (last - first) / DAY_MS / (placed.length - 1);
  const active = last === null ? null : Math.max(0.01, Math.min(0.99, Math.exp(-silence / (pace * 3))));
  const expected = active === null ? null : Math.round(active * (365 / Math.max(20, pace)) * 100) / 100;
  const average = placed.length > 0 ? gross / placed.length : 0;
  const historical = Math.round((gross - refunds - recent) * MARGIN);
  const current = Math.round(recent * MARGIN);
  const potential = Math.round((expected ?? 0) * average * MARGIN * 0.95);
  const bought = placed.length > 0;
  const value = (minor: number) => (bought ? money(minor) : null);
  const email = `c${number}@example.com`;
  return {
    number,
    orders,
    traits: {
      city: CITIES[number % CITIES.length] as string,
      gender: number % 3 === 0 ? '男' : '女',
      birthday: `19${70 + (number % 30)}-05-12`,
    },
    row: {
      id: `cus_${String(number).padStart(6, '0')}`,
      display_name: name,
      identifiers: [
        { type: 'customer_id', value: String(12_000 + number) },
        { type: 'email', value: email },
        { type: 'phone', value: `138${String(10_000_000 + number * 7919).slice(-8)}` },
      ],
      orders: placed.length,
      revenue: money(gross - refunds),
      gross_sales: money(gross),
      refunds: money(refunds),
      first_purchase_at: first === null ? null : iso(first),
      last_purchase_at: last === null ? null : iso(last),
      rfm: null,
      historical_value: value(historical),
      current_value: value(current),
      potential_value: value(potential),
      potential_low: value(potential * 0.6),
      potential_high: value(potential * 1.5),
      lifetime_value: value(historical + current + potential),
      probability_active: active,
      expected_orders: expected,
      next_purchase_on: last === null ? null : localDay(last + pace * DAY_MS),
    },
  };
}

function quantiles(values: number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return [0.2, 0.4, 0.6, 0.8].map((p) => {
    const at = p * (sorted.length - 1);
    const low = sorted[Math.floor(at)] ?? 0;
    const high = sorted[Math.ceil(at)] ?? low;
    return low + (high - low) * (at - Math.floor(at));
  });
}

const GROUPS: Record<string, string> = {
  hhh: 'champions',
  hlh: 'rising_spenders',
  lhh: 'must_keep',
  llh: 'must_win_back',
  hhl: 'loyal_small',
  hll: 'newcomers',
  lhl: 'fading_regulars',
  lll: 'dormant',
};
export const GROUP_ORDER = Object.values(GROUPS);

export const customers: MockCustomer[] = Array.from({ length: CUSTOMERS }, (_, index) => makeCustomer(index + 1));
export const buyers = customers.filter((customer) => customer.row.orders > 0);

/** Came after the value run: on file with their purchases, some of them old ones, and without a value. */
export const newcomers: MockCustomer[] = Array.from({ length: 40 }, (_, index) => {
  const customer = makeCustomer(CUSTOMERS + index + 1);
  const nothing = { historical_value: null, current_value: null, potential_value: null, lifetime_value: null };
  const unknown = { probability_active: null, expected_orders: null, next_purchase_on: null };
  return { ...customer, row: { ...customer.row, ...nothing, potential_low: null, potential_high: null, ...unknown } };
});

const recencyOf = (customer: MockCustomer) =>
  Math.floor((LAST_DAY - Date.parse(customer.row.last_purchase_at ?? '')) / DAY_MS);
export const cutPoints = {
  r: quantiles(buyers.map(recencyOf)),
  f: quantiles(buyers.map((customer) => customer.row.orders)),
  m: quantiles(buyers.map((customer) => customer.row.revenue.minor)),
};

for (const customer of buyers) {
  const above = (cuts: number[], value: number) => cuts.filter((cut) => value > cut).length;
  const r = 5 - above(cutPoints.r, recencyOf(customer));
  const f = 1 + above(cutPoints.f, customer.row.orders);
  const m = 1 + above(cutPoints.m, customer.row.revenue.minor);
  const key = [r, f, m].map((score) => (score > 3 ? 'h' : 'l')).join('');
  customer.row.rfm = { r, f, m, cell: `${r}${f}${m}`, group: GROUPS[key] as string };
}

export function sumMoney(rows: CustomerRow[], of: (row: CustomerRow) => Money | null): Money {
  return money(rows.reduce((sum, row) => sum + (of(row)?.minor ?? 0), 0));
}
