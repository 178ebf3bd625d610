import { expect, it } from 'vitest';
import { marksOf, throughFade } from './spending';
import type { SpendingCurve } from './types';

const money = (minor: number) => ({ minor, currency: 'CNY', exponent: 2 });
const curve = (half_life_date: string | null): SpendingCurve => ({
  months: [
    { month: '2026-01', revenue: money(100), orders: 1 },
    { month: '2026-02', revenue: money(900), orders: 2 },
  ],
  peak: { month: '2026-02', revenue: money(900), half_life_date },
  before_fade: [],
  last_complete_month: '2026-06',
});

it('goes on to the month in which spending had halved, with nothing in between', () => {
  const faded = curve('2026-04-01');
  const months = throughFade(faded);
  expect(months.map((one) => [one.month, one.revenue.minor])).toEqual([
    ['2026-01', 100],
    ['2026-02', 900],
    ['2026-03', 0],
    ['2026-04', 0],
  ]);
  expect(marksOf(faded, months)).toEqual([
    { kind: 'peak', index: 1 },
    { kind: 'faded', index: 3 },
  ]);
});

it('marks only the peak where spending has not halved, and nothing without a peak', () => {
  const going = curve(null);
  expect(throughFade(going)).toEqual(going.months);
  expect(marksOf(going, going.months)).toEqual([{ kind: 'peak', index: 1 }]);
  expect(marksOf({ ...going, peak: null }, going.months)).toEqual([]);
});
