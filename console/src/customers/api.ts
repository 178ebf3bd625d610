import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, apiUrl, type Query } from '@/shared/api/client';
import type { CustomerPage, CustomerProfile, Page, TimelineEntry, TimelineKind } from '@/shared/api/types';
import { idsOf, PAGE_MAX, type ReadIds } from '@/tags/keep/keeping';

export function customersQuery(query: Query) {
  return queryOptions({
    queryKey: ['customers', query],
    queryFn: ({ signal }) => api.get<CustomerPage>('/customers', query, signal),
    placeholderData: keepPreviousData,
  });
}

/** By their numbers, which stay as they are while the list is read. */
export function readCustomers(filters: Query): ReadIds {
  return async (cursor) =>
    idsOf(
      await api.get<CustomerPage>('/customers', { ...filters, sort: 'number', order: 'asc', cursor, limit: PAGE_MAX }),
    );
}

export function profileQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id],
    queryFn: ({ signal }) => api.get<CustomerProfile>(`/customers/${encodeURIComponent(id)}`, undefined, signal),
  });
}

const TIMELINE_PAGE = 50;

export function timelineQuery(id: string, kind: TimelineKind | null) {
  return infiniteQueryOptions({
    queryKey: ['customer', id, 'timeline', kind],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<TimelineEntry>>(
        `/customers/${encodeURIComponent(id)}/timeline`,
        { kind, cursor: pageParam, limit: TIMELINE_PAGE },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

/** What a file of customers can be: with the brand's own numbers, with all phone numbers, or naming nobody. */
export type ExportKind = 'csv' | 'parquet' | 'phones' | 'masked';

export function exportUrl(filters: Query, kind: ExportKind): string {
  if (kind === 'masked') return apiUrl('/exports/masked-customers', filters);
  return apiUrl('/exports/customers', { ...filters, ...(kind === 'phones' ? { phones: true } : { format: kind }) });
}
