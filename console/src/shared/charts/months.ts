import type { Month } from '../api/types';
import { addMonths, monthsBetween } from '../fmt/date';

/** Every month from the first to the last one: a month without records is a place on the axis, not a gap. */
export function fillMonths<T extends { month: Month }>(points: T[], empty: (month: Month) => T): T[] {
  const first = points[0]?.month;
  const last = points.at(-1)?.month;
  if (!first || !last) return [];
  const known = new Map(points.map((point) => [point.month, point]));
  return Array.from({ length: monthsBetween(first, last) + 1 }, (_, index) => {
    const month = addMonths(first, index);
    return known.get(month) ?? empty(month);
  });
}
