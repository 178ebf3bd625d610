import type { Search } from '@/app/search';
import { lastMonth, thisMonth } from '@/clerk/months';
import type { Day } from '@/shared/api/types';

export const PERIOD_KINDS = ['this', 'last', 'own'] as const;
export type PeriodKind = (typeof PERIOD_KINDS)[number];

export interface Period {
  kind: PeriodKind;
  from: Day;
  to: Day;
  /** Days that somebody chose may be missing, or the wrong way round. */
  isValid: boolean;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The days of the address: this month, the one before, or two days that somebody chose. */
export function periodOf(search: Search, today: Day): Period {
  const kind = PERIOD_KINDS.find((one) => one === search.period) ?? 'this';
  if (kind === 'last') return { kind, ...lastMonth(today), isValid: true };
  if (kind === 'this') return { kind, ...thisMonth(today), isValid: true };
  const { from = '', to = '' } = search;
  return { kind, from, to, isValid: DAY.test(from) && DAY.test(to) && from <= to };
}

/** What the address says of a period. */
export function searchOf(period: Pick<Period, 'kind' | 'from' | 'to'>): Search {
  if (period.kind === 'this') return {};
  if (period.kind === 'last') return { period: 'last' };
  return { period: 'own', from: period.from, to: period.to };
}
