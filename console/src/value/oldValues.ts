import { useQuery } from '@tanstack/react-query';
import { overviewQuery } from '@/home/api';
import type { Day, Instant, Overview } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';

type Freshness = Pick<Overview, 'as_of'> & {
  data_freshness: Pick<Overview['data_freshness'], 'stale' | 'last_fact_at'>;
};

/** Facts came after the values: by a later import, or because the run was told to look no further than a day. */
export function valuesAreOld({ as_of: asOf, data_freshness: data }: Freshness, dayOf: (at: Instant) => Day): boolean {
  if (data.stale) return true;
  return asOf !== null && data.last_fact_at !== null && dayOf(data.last_fact_at) > asOf;
}

export function useOldValues(): boolean {
  const fmt = useFmt();
  const { data } = useQuery(overviewQuery);
  return data !== undefined && valuesAreOld(data, fmt.day);
}

/**
 * The list of everybody that a run has valued: each of them has a rank of their own. Any other condition that all of
 * them fulfil, such as one order or more, is also fulfilled by who came after the run.
 */
export function valuedCustomers(count: number): Record<string, string> {
  return { max_profit_rank: String(count) };
}
