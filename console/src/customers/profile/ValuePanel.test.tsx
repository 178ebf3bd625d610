import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { CustomerValue, Money } from '@/shared/api/types';
import { FmtProvider } from '@/shared/fmt';
import { I18nProvider } from '@/shared/i18n';
import { en } from '@/shared/i18n/en';
import { ValuePanel } from './ValuePanel';

afterEach(cleanup);

const yuan = (minor: number): Money => ({ minor, currency: 'CNY', exponent: 2 });

/** Orders of 1,200.00 and a refund of 200.00 before the last year, 300.00 within it, at a margin of 40 %. */
const VALUE: CustomerValue = {
  as_of: '2025-12-15',
  unit: 'week',
  horizon_days: 365,
  currency: 'CNY',
  discount_rate_annual: 0.1,
  margin_basis_points: 4_000,
  model: 'pareto_nbd',
  parts: [
    {
      part: 'historical',
      amount: yuan(40_000),
      formula: 'net_revenue_before_window_times_margin',
      from: '2023-01-10',
      to: '2024-12-15',
      inputs: { gross_sales: yuan(120_000), refunds: yuan(20_000), net_revenue: yuan(100_000) },
    },
    {
      part: 'current',
      amount: yuan(12_000),
      formula: 'net_revenue_in_window_times_margin',
      from: '2024-12-16',
      to: '2025-12-15',
      inputs: { net_revenue: yuan(30_000), window_days: 365 },
    },
    {
      part: 'potential',
      amount: yuan(1_234),
      formula: 'expected_orders_times_amount_times_margin_discounted',
      from: '2025-12-16',
      to: '2026-12-15',
      inputs: { discount_rate_annual_basis_points: 1_000 },
    },
  ],
  lifetime: yuan(53_234),
  interval: { level: 0.8, low: yuan(52_000), high: yuan(55_000) },
  current_rank_percentile: 90,
  probability_active: 0.5,
  expected_orders: 0.7,
  probability_next_purchase_by: [],
  next_purchase_on: null,
  warnings: [],
};

function show(value: CustomerValue) {
  render(
    <I18nProvider locale="en" messages={en}>
      <MantineProvider>
        <FmtProvider timeZone="UTC">
          <ValuePanel value={value} />
        </FmtProvider>
      </MantineProvider>
    </I18nProvider>,
  );
  return screen.getByTestId('value-card');
}

it('shows three addends that add to the cent, with formula, rate and day', () => {
  const card = show(VALUE);
  const minor = (testId: string) => Number(within(card).getByTestId(testId).dataset.minor);
  const parts = ['part-historical', 'part-current', 'part-potential'].map(minor);
  expect(parts).toEqual([40_000, 12_000, 1_234]);
  expect(minor('value-sum')).toBe(53_234);
  expect(minor('lifetime-value')).toBe(53_234);
  for (const formula of Object.values(en.customers.formulas)) expect(card.textContent).toContain(formula);
  const term = (name: string) => within(card).getByText(name).nextElementSibling?.textContent;
  expect(term(en.customers.profile.dataDate)).toBe('2025-12-15');
  expect(term(en.customers.profile.discountRate)).toContain('10');
  expect(term(en.customers.profile.margin)).toContain('40');
});

it('names no lifetime value where nothing can be expected', () => {
  const [historical, current, potential] = VALUE.parts as [
    CustomerValue['parts'][0],
    CustomerValue['parts'][0],
    CustomerValue['parts'][0],
  ];
  const parts = [historical, current, { ...potential, amount: null }];
  const card = show({ ...VALUE, parts, lifetime: null, interval: null });
  expect(within(card).queryByTestId('value-sum')).toBeNull();
  expect(within(card).getByTestId('lifetime-value').dataset.minor).toBeUndefined();
});
