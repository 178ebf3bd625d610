import type { Overview } from '@/shared/api/types';
import { fillMonths } from '@/shared/charts/months';

/** The server sends months with an order or a refund; the ones between them belong on the axis as well. */
export function wholeTrend(trend: Overview['trend']): Overview['trend'] {
  const sample = trend[0]?.revenue;
  if (!sample) return [];
  const nothing = { revenue: { ...sample, minor: 0 }, orders: 0, buyers: 0, new_buyers: 0, partial: false };
  return fillMonths(trend, (month) => ({ month, ...nothing }));
}
