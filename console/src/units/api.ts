import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Page } from '@/shared/api/types';
import type { NewUnitBatch, UnitBatch, UnitBatchItem, UnitBatchWithCodes, UnitScan } from './types';

const POLL_MS = 15_000;
const SCANS_PAGE = 50;

const pathOf = (id: string) => `/unit-batches/${encodeURIComponent(id)}`;

/** All batches, the oldest first. The page of one takes it from here: the server does not answer with a single one. */
export const batchesQuery = queryOptions({
  queryKey: ['unit-batches'],
  queryFn: async ({ signal }) => (await api.get<{ items: UnitBatchItem[] }>('/unit-batches', undefined, signal)).items,
  refetchInterval: POLL_MS,
});

export function unitScansQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['unit-batches', id, 'scans'],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<UnitScan>>(`${pathOf(id)}/scans`, { cursor: pageParam, limit: SCANS_PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: POLL_MS,
  });
}

/** The key stays the same while one batch is tried again: an answer that was lost makes no second batch. */
export function createBatch(made: NewUnitBatch, key: Record<string, string>) {
  return api.post<UnitBatchWithCodes>('/unit-batches', made, key);
}

export function pauseBatch(id: string) {
  return api.post<UnitBatch>(`${pathOf(id)}/pause`, {});
}

export function resumeBatch(id: string) {
  return api.post<UnitBatch>(`${pathOf(id)}/resume`, {});
}
