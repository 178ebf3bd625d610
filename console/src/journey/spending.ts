import { fillMonths } from '@/shared/charts/months';
import type { SpendingCurve } from './types';

type Month = SpendingCurve['months'][number];

/** The months of the curve, and those without purchases up to where it is marked as faded. */
export function throughFade({ months, peak }: SpendingCurve): Month[] {
  const faded = peak?.half_life_date?.slice(0, 7);
  const last = months.at(-1);
  if (!last || !faded || faded <= last.month) return months;
  const none = (month: string): Month => ({ month, revenue: { ...last.revenue, minor: 0 }, orders: 0 });
  return fillMonths([...months, none(faded)], none);
}

/** Where the chart marks the peak, and the month from which on it has halved. */
export function marksOf({ peak }: SpendingCurve, months: Month[]): { kind: 'peak' | 'faded'; index: number }[] {
  const at = (month: string | undefined) => months.findIndex((one) => one.month === month);
  const marks = [
    { kind: 'peak' as const, index: at(peak?.month) },
    { kind: 'faded' as const, index: at(peak?.half_life_date?.slice(0, 7)) },
  ];
  return marks.filter(({ index }) => index >= 0);
}
