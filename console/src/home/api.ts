import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, idempotencyKey } from '@/shared/api/client';
import type { Overview, ValueRun } from '@/shared/api/types';

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => api.get<Overview>('/overview', undefined, signal),
  placeholderData: keepPreviousData,
  refetchInterval: (query) => {
    const busy = (query.state.data?.jobs.running ?? 0) > 0 || (query.state.data?.imports.unfinished ?? 0) > 0;
    return busy ? 5_000 : 60_000;
  },
});

export function startValueRun(): Promise<ValueRun> {
  return api.post<ValueRun>('/value/runs', {}, idempotencyKey());
}
