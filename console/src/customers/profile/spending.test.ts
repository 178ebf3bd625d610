import { expect, it } from 'vitest';
import { fillMonths } from './SpendingPanel';

const money = (minor: number) => ({ minor, currency: 'GBP', exponent: 2 });

it('months without a purchase are zeros, not gaps', () => {
  const months = fillMonths([
    { month: '2010-12', revenue: money(100), orders: 1 },
    { month: '2011-03', revenue: money(50), orders: 2 },
  ]);
  expect(months.map((one) => [one.month, one.revenue.minor])).toEqual([
    ['2010-12', 100],
    ['2011-01', 0],
    ['2011-02', 0],
    ['2011-03', 50],
  ]);
});
