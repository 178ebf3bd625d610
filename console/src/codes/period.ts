import type { Day, Instant } from '@/shared/api/types';
import { dayOf } from '@/shared/fmt/date';
import { instantOf } from '@/shared/fmt/localTime';

// Over which scans a report counts. It stands in the address: a number of days, two days, or nothing for all that ever was.

export const SPANS = ['7', '30', '90'] as const;
export type Span = (typeof SPANS)[number];

export interface PeriodSearch {
  days?: string;
  from?: string;
  until?: string;
}

/** What the server takes: from the one instant until before the other. */
export interface Period {
  from: Instant | null;
  until: Instant | null;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function addDays(day: Day, count: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** Days are the brand's; the first and the last one of a choice are both part of it. */
export function periodOf(search: PeriodSearch, timeZone: string, now: Date): Period {
  const span = SPANS.find((one) => one === search.days);
  const startOf = (day: Day) => instantOf(timeZone, `${day}T00:00`);
  if (span) {
    const today = dayOf(timeZone, now.toISOString());
    return { from: startOf(addDays(today, 1 - Number(span))), until: null };
  }
  const day = (text: string | undefined) => (text && DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : null);
  const [first, last] = [day(search.from), day(search.until)];
  return { from: first && startOf(first), until: last && startOf(addDays(last, 1)) };
}

/** As the field for it says: a span, days of one's own, or all. */
export function choiceOf(search: PeriodSearch): Span | 'own' | 'all' {
  const span = SPANS.find((one) => one === search.days);
  if (span) return span;
  return search.from || search.until ? 'own' : 'all';
}
