import { expect, it } from 'vitest';
import { lastMonths, wholeTrend } from './trend';

const month = (name: string) => ({
  month: name,
  revenue: { minor: 100, currency: 'GBP', exponent: 2 },
  orders: 1,
  buyers: 1,
  new_buyers: 1,
  partial: false,
});

it('a period counts months of the calendar, also those without an order', () => {
  const whole = wholeTrend([month('2024-01'), month('2026-01')]);
  expect(whole).toHaveLength(25);
  expect(lastMonths(whole, '12').map((one) => one.month)).toEqual(expect.arrayContaining(['2025-02', '2026-01']));
  expect(lastMonths(whole, '12')).toHaveLength(12);
  expect(lastMonths(whole, '24')[0]?.month).toBe('2024-02');
  expect(lastMonths(whole, 'all')).toBe(whole);
});
