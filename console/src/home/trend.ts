import type { Overview } from '@/shared/api/types';
import { fillMonths } from '@/shared/charts/months';

/** The server sends months with an order or a refund; the ones between them belong on the axis as well. */
export function wholeTrend(trend: Overview['trend']): Overview['trend'] {
  const sample = trend[0]?.revenue;
  if (!sample) return [];
  const nothing = { revenue: { ...sample, minor: 0 }, orders: 0, buyers: 0, new_buyers: 0, partial: false };
  return fillMonths(trend, (month) => ({ month, ...nothing }));
}

/** How much of the trend is looked at. The choice stands in the address. */
export const PERIODS = ['12', '24', 'all'] as const;
export type Period = (typeof PERIODS)[number];

/** With no more months than the shortest period there is nothing to choose. */
export const SHORTEST_MONTHS = Number(PERIODS[0]);

export function lastMonths(trend: Overview['trend'], period: Period): Overview['trend'] {
  return period === 'all' ? trend : trend.slice(-Number(period));
}
