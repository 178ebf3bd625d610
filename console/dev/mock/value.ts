import type {
  Backtest,
  CohortReport,
  Distribution,
  Measure,
  Overview,
  RfmReport,
  ValueReport,
} from '../../src/shared/api/types';
import { addMonths, monthsBetween } from '../../src/shared/fmt/date.ts';
import { boughtIn, isOverdue, selectCustomers } from './customers.ts';
import {
  AS_OF,
  buyers,
  CURRENCY,
  customers,
  cutPoints,
  GROUP_ORDER,
  iso,
  localDay,
  money,
  newcomers,
  random,
  sumMoney,
} from './data.ts';

const rows = buyers.map((customer) => customer.row);
const LAST_MONTH = AS_OF.slice(0, 7);
const MONTHS = Array.from({ length: 18 }, (_, index) => addMonths('2025-06', index));

const totals = {
  historical: sumMoney(rows, (row) => row.historical_value),
  current: sumMoney(rows, (row) => row.current_value),
  potential: sumMoney(rows, (row) => row.potential_value),
  potential_low: sumMoney(rows, (row) => row.potential_low),
  potential_high: sumMoney(rows, (row) => row.potential_high),
  lifetime: sumMoney(rows, (row) => row.lifetime_value),
};

/** Always the same: worked out once. */
let known: Overview | null = null;

export function overview(): Overview {
  known ??= makeOverview();
  return known;
}

function makeOverview(): Overview {
  const trend = MONTHS.map((month) => {
    const orders = buyers.flatMap((customer) =>
      customer.orders.filter((order) => localDay(order.at).startsWith(month)),
    );
    return {
      month,
      revenue: money(orders.reduce((sum, order) => sum + order.minor, 0)),
      orders: orders.filter((order) => !order.refund).length,
      buyers: buyers.filter((customer) => boughtIn(customer, month)).length,
      new_buyers: buyers.filter((customer) =>
        localDay(Date.parse(customer.row.first_purchase_at ?? '')).startsWith(month),
      ).length,
      partial: month === LAST_MONTH,
    };
  });
  const overdue = selectCustomers(new URLSearchParams('overdue=true&sort=potential_value'));
  const drivers = [
    { driver: 'new_customers' as const, amount: money(1_823_450) },
    { driver: 'purchases' as const, amount: money(2_104_990) },
    { driver: 'refunds' as const, amount: money(-214_300) },
    { driver: 'expectation' as const, amount: money(-640_210) },
  ];
  return {
    as_of: AS_OF,
    currency: CURRENCY,
    customers: customers.length,
    buyers: buyers.length,
    has_data: true,
    data_freshness: {
      last_fact_at: iso(Math.max(...rows.map((row) => Date.parse(row.last_purchase_at ?? '')))),
      last_import: {
        id: 'imp_0003',
        finished_at: '2026-11-21T02:12:30Z',
        files: ['orders-2026.csv.gz'],
        accepted: 21_480,
      },
      last_value_run: { id: 'run_0007', finished_at: '2026-11-21T02:13:02Z', as_of: AS_OF },
      waiting_facts: 0,
      stale: false,
    },
    total_value: {
      ...totals,
      definition: {
        horizon_days: 365,
        discount_rate_annual: 0.1,
        margin_basis_points: 4200,
        current_window_days: 365,
        margin_is_set: true,
      },
    },
    change: {
      since: '2026-11-13',
      total: money(drivers.reduce((sum, driver) => sum + driver.amount.minor, 0)),
      drivers,
    },
    groups: GROUP_ORDER.map((group) => {
      const inside = rows.filter((row) => row.rfm?.group === group);
      const lifetime = sumMoney(inside, (row) => row.lifetime_value);
      return { group, customers: inside.length, lifetime, share: lifetime.minor / totals.lifetime.minor };
    }),
    trend,
    attention: overdue.slice(0, 10).map((customer, index) => ({
      customer: customer.row,
      reason: index % 2 === 0 ? ('overdue' as const) : ('high_value_fading' as const),
      detail: {
        expected_on: customer.row.next_purchase_on,
        days_overdue: Math.max(
          0,
          Math.round((Date.parse(AS_OF) - Date.parse(customer.row.next_purchase_on ?? AS_OF)) / 86_400_000),
        ),
        potential: customer.row.potential_value,
      },
    })),
    jobs: { running: 0, dead: 1 },
    imports: { unfinished: 0 },
  };
}

/** After an import that no value run has seen. */
export function newerOverview(): Overview {
  const known = overview();
  return {
    ...known,
    customers: known.customers + newcomers.length,
    buyers: known.buyers + newcomers.filter((customer) => customer.row.orders > 0).length,
    data_freshness: { ...known.data_freshness, stale: true },
  };
}

export function emptyOverview(): Overview {
  return {
    ...overview(),
    as_of: null,
    customers: 0,
    buyers: 0,
    has_data: false,
    total_value: null,
    change: null,
    groups: [],
    trend: [],
    attention: [],
    jobs: { running: 0, dead: 0 },
    data_freshness: { last_fact_at: null, last_import: null, last_value_run: null, waiting_facts: 0, stale: false },
  };
}

export function valueReport(): ValueReport {
  const sorted = rows.map((row) => row.lifetime_value?.minor ?? 0).sort((a, b) => b - a);
  const total = sorted.reduce((sum, minor) => sum + minor, 0);
  const shareOf = (p: number) =>
    sorted.slice(0, Math.round(p * sorted.length)).reduce((sum, minor) => sum + minor, 0) / total;
  const top = Math.round(0.2 * sorted.length);
  return {
    as_of: AS_OF,
    currency: CURRENCY,
    unit: 'week',
    horizon_days: 365,
    customers: buyers.length,
    default_model: 'pareto_nbd',
    models: [
      {
        model: 'pareto_nbd',
        parameters: { r: 0.553361, alpha: 10.578022, s: 0.606201, beta: 11.669041 },
        std_errors: { r: 0.047621, alpha: 0.842317, s: 0.187123, beta: 5.214 },
        log_likelihood: -9594.9762,
        aic: 19197.95,
        bic: 19221.02,
        converged: true,
        iterations: 42,
        status: 'ok',
        warnings: [],
      },
      {
        model: 'bg_nbd',
        parameters: { r: 0.242593, alpha: 4.413532, a: 0.792919, b: 2.425895 },
        std_errors: { r: 0.012559, alpha: 0.378211, a: 0.185744, b: 0.705338 },
        log_likelihood: -9582.4292,
        aic: 19172.86,
        bic: 19195.93,
        converged: true,
        iterations: 31,
        status: 'ok',
        warnings: [{ code: 'homogeneous_dropout', text: 'Customers hardly differ in how likely they are to leave.' }],
      },
      {
        model: 'mbg_nbd',
        parameters: {},
        std_errors: null,
        log_likelihood: null,
        aic: null,
        bic: null,
        converged: false,
        iterations: 0,
        status: 'too_little_data',
        warnings: [],
      },
      {
        model: 'nbd',
        parameters: { r: 0.693854, alpha: 8.872382 },
        std_errors: null,
        log_likelihood: -16668.8598,
        aic: 33341.72,
        bic: 33353.37,
        converged: true,
        iterations: 18,
        status: 'no_measurable_dropout',
        warnings: [{ code: 'no_measurable_dropout', text: 'No customer loss can be measured.' }],
      },
    ],
    spend_model: {
      parameters: { p: 6.25, q: 3.74, gamma: 15.45 },
      std_errors: { p: 1.19, q: 0.29, gamma: 3.1 },
      status: 'ok',
      warnings: [],
    },
    totals,
    top20: {
      share_of_profit: shareOf(0.2),
      repeat_customer_share: 0.88,
      customers: top,
      profit: money(shareOf(0.2) * total),
      lorenz: Array.from({ length: 101 }, (_, index) => ({ p: index / 100, share: 1 - shareOf(1 - index / 100) })),
    },
    run: { id: 'run_0007', started_at: '2026-11-21T02:12:34Z', finished_at: '2026-11-21T02:13:02Z', seconds: 28 },
  };
}

export function rfm(): RfmReport {
  const scores = [1, 2, 3, 4, 5];
  const cells = scores.flatMap((r) =>
    scores.flatMap((f) =>
      scores.map((m) => {
        const inside = rows.filter((row) => row.rfm?.r === r && row.rfm.f === f && row.rfm.m === m);
        return { r, f, m, customers: inside.length, revenue: sumMoney(inside, (row) => row.revenue) };
      }),
    ),
  );
  const revenue = sumMoney(rows, (row) => row.revenue).minor;
  return {
    as_of: AS_OF,
    currency: CURRENCY,
    cut_points: cutPoints,
    definition: {},
    cells,
    buyers: rows.length,
    groups: GROUP_ORDER.map((group) => {
      const inside = rows.filter((row) => row.rfm?.group === group);
      const own = sumMoney(inside, (row) => row.revenue);
      return {
        group,
        customers: inside.length,
        revenue: own,
        lifetime: sumMoney(inside, (row) => row.lifetime_value),
        share_of_revenue: own.minor / revenue,
      };
    }),
  };
}

export function distribution(measure: Measure): Distribution {
  const sorted = rows.flatMap((row) => row[`${measure}_value`]?.minor ?? []).sort((a, b) => b - a);
  const total = Math.max(
    1,
    sorted.reduce((sum, minor) => sum + minor, 0),
  );
  const width = 20_000;
  const count = 30;
  const bins = Array.from({ length: count }, (_, index) => {
    // Open below and above: everybody stands in one of the bins.
    const from = index === 0 ? null : index * width;
    const to = index === count - 1 ? null : (index + 1) * width;
    const inside = sorted.filter((minor) => (from === null || minor >= from) && (to === null || minor < to));
    return {
      from_minor: from,
      to_minor: to,
      customers: inside.length,
      amount: money(inside.reduce((sum, minor) => sum + minor, 0)),
    };
  });
  let start = 0;
  const deciles = Array.from({ length: 10 }, (_, index) => {
    let end = Math.max(start, Math.round(((index + 1) * sorted.length) / 10));
    // Equal values share one decile.
    while (end > start && end < sorted.length && sorted[end] === sorted[end - 1]) end += 1;
    const part = sorted.slice(start, end);
    start = end;
    const amount = part.reduce((sum, minor) => sum + minor, 0);
    return {
      decile: index + 1,
      from_minor: part.at(-1) ?? 0,
      to_minor: part[0] ?? 0,
      customers: part.length,
      amount: money(amount),
      share: amount / total,
    };
  }).filter((decile) => decile.customers > 0);
  return { measure, currency: CURRENCY, bins, deciles };
}

export function cohorts(): CohortReport {
  return {
    as_of: AS_OF,
    currency: CURRENCY,
    months: MONTHS,
    interval_median_days: 38,
    rows: MONTHS.map((cohort) => {
      const inside = buyers.filter((customer) =>
        localDay(Date.parse(customer.row.first_purchase_at ?? '')).startsWith(cohort),
      );
      const length = monthsBetween(cohort, LAST_MONTH) + 1;
      const repeat = (days: number) =>
        length * 30 < days + 30
          ? null
          : {
              observable: inside.length,
              rate:
                inside.filter((one) =>
                  one.orders.some(
                    (order) =>
                      !order.refund &&
                      order.at > (one.orders[0]?.at ?? 0) &&
                      order.at <= (one.orders[0]?.at ?? 0) + days * 86_400_000,
                  ),
                ).length / Math.max(1, inside.length),
            };
      return {
        cohort,
        size: inside.length,
        cells: Array.from({ length }, (_, month_index) => {
          const month = addMonths(cohort, month_index);
          const active = inside.filter((customer) => boughtIn(customer, month));
          const minor = active
            .flatMap((one) => one.orders.filter((order) => localDay(order.at).startsWith(month)))
            .reduce((sum, order) => sum + order.minor, 0);
          return { month_index, customers: active.length, revenue: money(minor), complete: month !== LAST_MONTH };
        }),
        repeat_30: repeat(30),
        repeat_60: repeat(60),
        repeat_90: repeat(90),
      };
    }),
  };
}

export function backtest(): Backtest {
  const next = random(77);
  const start = Date.parse('2025-12-01T00:00:00Z');
  const weeks = Array.from({ length: 50 }, (_, index) => {
    const base = 46 + 18 * Math.sin(index / 7) + index * 0.3;
    return {
      week_start: new Date(start + index * 7 * 86_400_000).toISOString().slice(0, 10),
      actual: Math.round(base + next() * 14 - 5),
      predicted: { pareto_nbd: base * 0.98, bg_nbd: base * 0.93 + 2, nbd: base * 1.12 },
      holdout: index >= 36,
    };
  });
  const holdout = weeks.filter((week) => week.holdout);
  const sum = (model: 'pareto_nbd' | 'bg_nbd' | 'nbd') =>
    holdout.reduce((total, week) => total + week.predicted[model], 0);
  return {
    fit_until: '2026-08-09',
    until: AS_OF,
    unit: 'week',
    chosen: 'pareto_nbd',
    actual_total: holdout.reduce((total, week) => total + week.actual, 0),
    models: [
      { model: 'pareto_nbd', predicted_total: sum('pareto_nbd'), mae: 0.752, rmse: 1.593, correlation: 0.63 },
      { model: 'bg_nbd', predicted_total: sum('bg_nbd'), mae: 0.769, rmse: 1.611, correlation: 0.625 },
      { model: 'nbd', predicted_total: sum('nbd'), mae: 0.998, rmse: 1.801, correlation: 0.61 },
    ],
    weeks,
    classes: ['0', '1', '2', '3', '4', '5', '6', '7+'].map((x, index) => ({
      x,
      customers: Math.round(900 / (index + 1) ** 1.3),
      actual_mean: 0.24 + index * 0.52,
      predicted_mean: { pareto_nbd: 0.22 + index * 0.5, bg_nbd: 0.21 + index * 0.49, nbd: 0.3 + index * 0.6 },
    })),
  };
}

export const attentionCount = rows.filter(isOverdue).length;
