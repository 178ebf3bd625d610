import type { Day, Instant, Money } from '@/shared/api/types';
import { addMoney } from '@/shared/fmt/money';
import type { RankingRow, Rule, Settlement } from '../types';

export interface Owed {
  clerk_id: string;
  name: string;
  amount: Money;
}

/** The first day that can have a line: no rule earns anything before it was made. Null without any rule. */
export function firstDay(rules: Rule[], dayOf: (at: Instant) => Day): Day | null {
  const [oldest] = rules.map(({ created_at }) => created_at).sort();
  return oldest === undefined ? null : dayOf(oldest);
}

/**
 * What a settlement through a day pays: all that was earned up to it, less all that was paid. Exactly, because whatever a
 * settlement has paid lies before its end, and so before the end of a later one; what came late is in it as well.
 */
export function owed(earnedSinceFirstDay: RankingRow[], settlements: Settlement[]): Owed[] {
  const paid = new Map<string, number>();
  for (const { clerks } of settlements)
    for (const { clerk_id, amount } of clerks) paid.set(clerk_id, (paid.get(clerk_id) ?? 0) + amount.minor);
  return earnedSinceFirstDay
    .map(({ clerk_id, name, earned }) => ({
      clerk_id,
      name,
      amount: { ...earned, minor: earned.minor - (paid.get(clerk_id) ?? 0) },
    }))
    .filter(({ amount }) => amount.minor !== 0)
    .sort((one, other) => other.amount.minor - one.amount.minor);
}

/** Null of nothing: then it is not known in which currency. */
export function sumOf(rows: { amount: Money }[]): Money | null {
  return rows.reduce<Money | null>((sum, { amount }) => (sum ? addMoney(sum, amount) : amount), null);
}

/** The day before the one on which this instant lies: the end of a period is its first instant that is not in it. */
export function lastDayBefore(until: Instant, dayOf: (at: Instant) => Day): Day {
  return dayOf(new Date(Date.parse(until) - 1).toISOString());
}

export function dayBefore(day: Day): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

/** The end of the last month where that is not closed yet, otherwise yesterday. Null: yesterday is closed as well. */
export function usualThrough(today: Day, closedThrough: Day | null): Day | null {
  const yesterday = dayBefore(today);
  const endOfLastMonth = dayBefore(`${today.slice(0, 8)}01`);
  if (closedThrough === null || closedThrough < endOfLastMonth) return endOfLastMonth;
  return closedThrough < yesterday ? yesterday : null;
}
