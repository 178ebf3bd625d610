import type { Day } from '@/shared/api/types';

interface Span {
  from: Day;
  to: Day;
}

/** From the first of the month of this day up to the day. */
export function thisMonth(today: Day): Span {
  return { from: `${today.slice(0, 8)}01`, to: today };
}

/** The whole month before that of this day. */
export function lastMonth(today: Day): Span {
  const first = new Date(`${today.slice(0, 8)}01T00:00:00Z`);
  const to = new Date(first.getTime() - 86_400_000).toISOString().slice(0, 10);
  return { from: `${to.slice(0, 8)}01`, to };
}
