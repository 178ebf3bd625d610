import type { Day } from '@/shared/api/types';

// Which days a page is about. It stands in the address: a number of days up to today, two days of one's own, or all.

export const SPANS = ['7', '30', '90'] as const;
export type Span = (typeof SPANS)[number];
/** What the field for it says. */
export type SpanChoice = Span | 'all' | 'own';

export interface SpanSearch {
  days?: string;
  from?: string;
  until?: string;
}

/** Both are part of it; null is open. */
export interface Days {
  from: Day | null;
  until: Day | null;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

export function addDays(day: Day, count: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}

/** `usual` is meant where the address says nothing. */
export function choiceOf(search: SpanSearch, usual: Span | 'all'): SpanChoice {
  if (search.days === 'all') return 'all';
  const span = SPANS.find((one) => one === search.days);
  if (span) return span;
  return search.from || search.until ? 'own' : usual;
}

/** A span ends today, and stays open at its end; what is no day is no limit. */
export function daysOf(search: SpanSearch, today: Day, usual: Span | 'all'): Days {
  const choice = choiceOf(search, usual);
  if (choice === 'all') return { from: null, until: null };
  if (choice !== 'own') return { from: addDays(today, 1 - Number(choice)), until: null };
  const day = (text = '') => (DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : null);
  return { from: day(search.from), until: day(search.until) };
}
