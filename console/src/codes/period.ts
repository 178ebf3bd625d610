import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { addDays, daysOf, type SpanSearch } from '@/app/forms/span';
import type { Search } from '@/app/search';
import type { Day, Instant } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { dayOf } from '@/shared/fmt/date';
import { instantOf } from '@/shared/fmt/localTime';

/** Which scans count, as the server takes it: from the one instant until before the other. */
export interface Period {
  from: Instant | null;
  until: Instant | null;
}

/** Days are the brand's; the first and the last one of a choice are both part of it. */
export function periodOf(search: SpanSearch, timeZone: string, now: Date): Period {
  const { from, until } = daysOf(search, dayOf(timeZone, now.toISOString()), 'all');
  const startOf = (day: Day) => instantOf(timeZone, `${day}T00:00`);
  return { from: from && startOf(from), until: until && startOf(addDays(until, 1)) };
}

/** The period that the address names. It begins with a day, so that it stays the same from one look to the next. */
export function usePeriod(): Period {
  const { days, from, until } = useSearch({ strict: false }) as Search;
  const { timeZone } = useFmt();
  return useMemo(() => periodOf({ days, from, until }, timeZone, new Date()), [days, from, until, timeZone]);
}
