import { keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api } from '@/shared/api/client';
import type { Overview } from '@/shared/api/types';
import { valueRunQuery } from '@/shared/api/useValueRun';

const BUSY_POLL_MS = 5_000;
const POLL_MS = 60_000;

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => api.get<Overview>('/overview', undefined, signal),
  placeholderData: keepPreviousData,
  refetchInterval: (query) => {
    const busy = (query.state.data?.jobs.running ?? 0) > 0 || (query.state.data?.imports.unfinished ?? 0) > 0;
    return busy ? BUSY_POLL_MS : POLL_MS;
  },
});

/** An import that ends starts a value run by itself: the run is asked for at once, and then followed by the shell. */
export function useRunAfterImport(overview: Overview | undefined) {
  const queryClient = useQueryClient();
  const unfinished = overview?.imports.unfinished;
  const before = useRef(unfinished);
  useEffect(() => {
    const ended = unfinished !== undefined && before.current !== undefined && unfinished < before.current;
    before.current = unfinished;
    if (ended) queryClient.invalidateQueries({ queryKey: valueRunQuery.queryKey });
  }, [unfinished, queryClient]);
}
