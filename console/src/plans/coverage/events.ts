import type { PlanCoverage } from '../types';

export type CoverageState = 'covered' | 'wrong' | 'missing';

type EventCoverage = PlanCoverage['events'][number];

/** An event that comes and is never right is not covered. */
export function stateOf({ facts, violating }: Pick<EventCoverage, 'facts' | 'violating'>): CoverageState {
  if (facts === 0) return 'missing';
  return facts > violating ? 'covered' : 'wrong';
}

const ORDER: CoverageState[] = ['wrong', 'missing', 'covered'];

/** What needs somebody first: never right, never there, then those with most that is wrong. */
export function worstFirst(events: EventCoverage[]): EventCoverage[] {
  return [...events].sort(
    (a, b) => ORDER.indexOf(stateOf(a)) - ORDER.indexOf(stateOf(b)) || b.violating - a.violating || b.facts - a.facts,
  );
}
