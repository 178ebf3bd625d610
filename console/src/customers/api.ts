import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, apiUrl, type Query } from '@/shared/api/client';
import type { CustomerPage, CustomerProfile, Page, TimelineEntry, TimelineKind } from '@/shared/api/types';

export function customersQuery(query: Query) {
  return queryOptions({
    queryKey: ['customers', query],
    queryFn: ({ signal }) => api.get<CustomerPage>('/customers', query, signal),
    placeholderData: keepPreviousData,
  });
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

export function exportUrl(filters: Query, format: 'csv' | 'parquet'): string {
  return apiUrl('/exports/customers', { ...filters, format });
}
