import type { CustomerProfile, CustomerRow, Measure, TimelineEntry } from '../../src/shared/api/types';
import { AS_OF, customers, iso, localDay, type MockCustomer, money, newcomers } from './data.ts';
import { hasTag } from './tags.ts';

const SORTS: Record<string, (row: CustomerRow, number: number) => number | null> = {
  lifetime_value: (row) => row.lifetime_value?.minor ?? null,
  potential_value: (row) => row.potential_value?.minor ?? null,
  current_value: (row) => row.current_value?.minor ?? null,
  historical_value: (row) => row.historical_value?.minor ?? null,
  revenue: (row) => row.revenue.minor,
  orders: (row) => row.orders,
  last_purchase_at: (row) => (row.last_purchase_at ? Date.parse(row.last_purchase_at) : null),
  first_purchase_at: (row) => (row.first_purchase_at ? Date.parse(row.first_purchase_at) : null),
  probability_active: (row) => row.probability_active,
  expected_orders: (row) => row.expected_orders,
  number: (_, number) => number,
};

const percentiles = new Map<string, number>();
{
  const ranked = customers
    .filter((customer) => customer.row.lifetime_value)
    .sort((a, b) => (a.row.lifetime_value?.minor ?? 0) - (b.row.lifetime_value?.minor ?? 0));
  for (const [index, customer] of ranked.entries())
    percentiles.set(customer.row.id, (100 * (index + 0.5)) / ranked.length);
}

/** 1 for the most profitable customer so far; no two have the same. */
const profitRanks = new Map(
  customers
    .filter((customer) => customer.row.historical_value !== null)
    .map(({ row }) => ({ id: row.id, profit: (row.historical_value?.minor ?? 0) + (row.current_value?.minor ?? 0) }))
    .sort((a, b) => b.profit - a.profit)
    .map(({ id }, index) => [id, index + 1]),
);

/** `min_potential_minor` → the potential value of this customer. */
function measured(row: CustomerRow, key: string): number | null {
  const measure = key.split('_')[1] as Measure;
  return row[`${measure}_value`]?.minor ?? null;
}

export function boughtIn(customer: MockCustomer, month: string): boolean {
  return customer.orders.some((order) => !order.refund && localDay(order.at).startsWith(month));
}

export function isOverdue(row: CustomerRow): boolean {
  return row.next_purchase_on !== null && row.next_purchase_on < AS_OF && (row.probability_active ?? 0) > 0.3;
}

function matches(customer: MockCustomer, key: string, value: string): boolean {
  const { row } = customer;
  const number = Number(value);
  switch (key) {
    case 'search':
      return `${row.display_name} ${row.identifiers.map((one) => one.value).join(' ')}`
        .toLowerCase()
        .includes(value.toLowerCase());
    case 'group':
      return row.rfm?.group === value;
    case 'cell':
      return row.rfm?.cell === value;
    case 'r':
    case 'f':
    case 'm':
      return row.rfm?.[key] === number;
    case 'min_orders':
      return row.orders >= number;
    case 'max_orders':
      return row.orders <= number;
    case 'min_revenue_minor':
      return row.revenue.minor >= number;
    case 'max_revenue_minor':
      return row.revenue.minor <= number;
    case 'min_lifetime_minor':
    case 'min_historical_minor':
    case 'min_current_minor':
    case 'min_potential_minor': {
      const value = measured(row, key);
      return value !== null && value >= number;
    }
    case 'max_lifetime_minor':
    case 'max_historical_minor':
    case 'max_current_minor':
    case 'max_potential_minor': {
      const value = measured(row, key);
      return value !== null && value <= number;
    }
    case 'max_profit_rank':
      return (profitRanks.get(row.id) ?? Number.POSITIVE_INFINITY) <= number;
    case 'cohort':
      return row.first_purchase_at !== null && localDay(Date.parse(row.first_purchase_at)).startsWith(value);
    case 'bought_in':
    case 'active_in':
      return boughtIn(customer, value);
    case 'last_purchase_before':
      return row.last_purchase_at !== null && localDay(Date.parse(row.last_purchase_at)) < value;
    case 'last_purchase_after':
      return row.last_purchase_at !== null && localDay(Date.parse(row.last_purchase_at)) >= value;
    case 'overdue':
      return isOverdue(row);
    case 'value_percentile_min':
      return (percentiles.get(row.id) ?? -1) >= number;
    case 'value_percentile_max':
      return (percentiles.get(row.id) ?? 101) < number;
    case 'tag':
      return value.split(',').every((code) => hasTag(row.id, code));
    case 'recognised':
      return customer.number % 2 === 1;
    default:
      return key.startsWith('trait.') ? customer.traits[key.slice(6)] === value : true;
  }
}

/** `newer`: with those who came after the value run. */
export function selectCustomers(query: URLSearchParams, newer = false): MockCustomer[] {
  const found = [...customers, ...(newer ? newcomers : [])].filter((customer) =>
    [...query].every(([key, value]) => matches(customer, key, value)),
  );
  const sort = SORTS[query.get('sort') ?? 'lifetime_value'] ?? SORTS.number;
  const sign = query.get('order') === 'asc' ? 1 : -1;
  return found.sort((a, b) => {
    const [x, y] = [sort?.(a.row, a.number) ?? null, sort?.(b.row, b.number) ?? null];
    if (x === null || y === null) return x === y ? a.number - b.number : x === null ? 1 : -1;
    return x === y ? a.number - b.number : sign * (x - y);
  });
}

export function listCustomers(query: URLSearchParams, newer = false) {
  const all = selectCustomers(query, newer);
  const limit = Number(query.get('limit') ?? 50);
  const offset = Number(query.get('cursor') ?? 0);
  const items = all.slice(offset, offset + limit).map((customer) => customer.row);
  return {
    items,
    next_cursor: offset + limit < all.length ? String(offset + limit) : null,
    total: all.length,
    as_of: AS_OF,
  };
}

export function findCustomer(id: string): MockCustomer | undefined {
  return customers.find((customer) => customer.row.id === id);
}

export function profileOf(customer: MockCustomer): CustomerProfile {
  const { row } = customer;
  const months = new Map<string, { revenue: number; orders: number }>();
  for (const order of customer.orders) {
    const month = localDay(order.at).slice(0, 7);
    const sum = months.get(month) ?? { revenue: 0, orders: 0 };
    months.set(month, { revenue: sum.revenue + order.minor, orders: sum.orders + (order.refund ? 0 : 1) });
  }
  const seen = row.first_purchase_at ?? '2025-06-01T00:00:00Z';
  return {
    row,
    number: customer.number,
    created_at: seen,
    identities: row.identifiers.map((one) => ({ ...one, source: 'orders-2026.csv', first_seen_at: seen })),
    traits: Object.entries(customer.traits).map(([name, value], index) => ({
      name,
      value,
      source: 'members.csv',
      at: '2026-10-02T03:10:00Z',
      earlier: index === 0 ? [{ value: '宁波', source: 'members.csv', at: '2025-12-20T03:10:00Z' }] : [],
    })),
    value: customerValue(row),
    spending: [...months]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([month, sum]) => ({ month, revenue: money(sum.revenue), orders: sum.orders })),
    conflicts:
      customer.number % 5 === 0
        ? [{ type: 'phone', value: '13812345678', other_customer_id: 'cus_000002', at: '2026-09-12T06:00:00Z' }]
        : [],
    activity:
      customer.number % 2 === 1
        ? { events: customer.number * 7, first_at: '2026-01-05T04:00:00Z', last_at: '2026-11-19T12:30:00Z' }
        : null,
    tags: [],
    information: informationOf(customer),
  };
}

/** The six classes, each with the traits that are fields of it. */
const CLASSES: Record<string, [string, string, string][]> = {
  identity: [
    ['city', '城市', 'City'],
    ['occupation', '职业', 'Occupation'],
  ],
  behaviour: [['traffic_source', '流量来源', 'Traffic source']],
  consumption: [['main_wish', '主要诉求', 'Main wish']],
  decision: [['deal_factor', '成交因素', 'Deal factor']],
  usage: [['value_point', '价值满足点', 'Value-satisfaction point']],
  other: [],
};

function informationOf(customer: MockCustomer): CustomerProfile['information'] {
  const classes = Object.entries(CLASSES).map(([name, fields]) => {
    const shown = fields.map(([field, name_zh, name_en]) => {
      const value = customer.traits[field];
      return {
        name: field,
        name_zh,
        name_en,
        type: 'text',
        allowed: [],
        personal: false,
        weight: 30,
        said:
          value === undefined
            ? null
            : {
                value,
                source: 'file',
                origin: 'imported',
                at: '2026-10-02T03:10:00Z',
                by: null,
                surface: null,
                consent_id: null,
                confidence: 0.67,
              },
        others: [],
      };
    });
    const seen = name === 'consumption' || (name === 'behaviour' && customer.number % 2 === 1);
    const known = seen || shown.some((field) => field.said !== null);
    return { class: name, state: known ? 'known' : 'to_be_collected', fields: shown };
  });
  const known = classes.filter((one) => one.state === 'known').length;
  return {
    completeness_percent: Math.round((100 * known) / classes.length),
    ask_next: { name: 'deal_factor', name_zh: '成交因素', name_en: 'Deal factor', class: 'decision' },
    classes,
  };
}

function customerValue(row: CustomerRow): CustomerProfile['value'] {
  const { historical_value, current_value, potential_value, potential_low, potential_high, lifetime_value } = row;
  if (!historical_value || !current_value || !potential_value || !lifetime_value || !potential_low || !potential_high)
    return null;
  const shift = historical_value.minor + current_value.minor;
  return {
    as_of: AS_OF,
    unit: 'day',
    horizon_days: 365,
    currency: row.revenue.currency,
    discount_rate_annual: 0.1,
    margin_basis_points: 4200,
    model: 'pareto_nbd',
    parts: [
      {
        part: 'historical',
        amount: historical_value,
        formula: 'net_revenue_before_window_times_margin',
        from: null,
        to: '2025-11-20',
        inputs: { net_revenue: money(historical_value.minor / 0.42), margin_basis_points: 4200 },
      },
      {
        part: 'current',
        amount: current_value,
        formula: 'net_revenue_in_window_times_margin',
        from: '2025-11-21',
        to: AS_OF,
        inputs: { net_revenue: money(current_value.minor / 0.42), margin_basis_points: 4200 },
      },
      {
        part: 'potential',
        amount: potential_value,
        formula: 'expected_orders_times_amount_times_margin_discounted',
        from: '2026-11-21',
        to: '2027-11-20',
        inputs: { expected_orders: row.expected_orders, margin_basis_points: 4200 },
      },
    ],
    lifetime: lifetime_value,
    interval: { level: 0.8, low: money(shift + potential_low.minor), high: money(shift + potential_high.minor) },
    current_rank_percentile: Math.round(percentiles.get(row.id) ?? 0),
    probability_active: row.probability_active,
    expected_orders: row.expected_orders,
    probability_next_purchase_by: [30, 60, 90, 180, 365].map((days) => ({
      days,
      probability: (row.probability_active ?? 0) * (1 - Math.exp(-days / 90)),
    })),
    next_purchase_on: row.next_purchase_on,
    warnings: row.orders === 1 ? ['no_repeat'] : [],
  };
}

export function timelineOf(customer: MockCustomer, query: URLSearchParams) {
  const orders = customer.orders.map(
    (order, index): TimelineEntry => ({
      id: `fact_${customer.number}_${index}`,
      at: iso(order.at),
      kind: order.refund ? 'refund' : 'order',
      title: order.refund ? '部分退款' : '线上商城',
      order_no: order.no,
      amount: money(order.minor),
      quantity: order.lines.reduce((sum, line) => sum + line.quantity, 0),
      source: 'orders-2026.csv',
      import_id: 'imp_0003',
      traits: [],
      lines: order.lines.map((line) => ({
        sku: line.sku,
        name: line.name,
        quantity: line.quantity,
        unit_price: money(line.unit),
        amount: money(line.unit * line.quantity),
      })),
    }),
  );
  const update: TimelineEntry = {
    id: `fact_${customer.number}_u`,
    at: '2026-10-02T03:10:00Z',
    kind: 'customer_update',
    title: 'city, gender',
    order_no: null,
    amount: null,
    quantity: null,
    source: 'members.csv',
    import_id: 'imp_0002',
    lines: [],
    traits: Object.entries(customer.traits).map(([name, value]) => ({ name, value })),
  };
  const kind = query.get('kind');
  const all = [...orders, update]
    .filter((entry) => !kind || entry.kind === kind)
    .sort((a, b) => b.at.localeCompare(a.at));
  const limit = Math.min(Number(query.get('limit') ?? 50), 12);
  const offset = Number(query.get('cursor') ?? 0);
  return {
    items: all.slice(offset, offset + limit),
    next_cursor: offset + limit < all.length ? String(offset + limit) : null,
  };
}
