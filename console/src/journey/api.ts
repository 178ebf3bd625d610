import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Behaviour, Consumption, CustomerData, JourneyFilter, JourneyPage, Powers, SpendingCurve } from './types';

// Below the key of the customer: whatever changes that one changes these too.

const PAGE = 50;

const pathOf = (id: string, what: string) => `/customers/${encodeURIComponent(id)}/${what}`;

export function journeyQuery(id: string, filter: JourneyFilter) {
  return infiniteQueryOptions({
    queryKey: ['customer', id, 'journey', filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<JourneyPage>(pathOf(id, 'journey'), { ...filter, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });
}

export function spendingQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'spending'],
    queryFn: ({ signal }) => api.get<SpendingCurve>(pathOf(id, 'spending'), undefined, signal),
  });
}

export function behaviourQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'behaviour'],
    queryFn: ({ signal }) => api.get<Behaviour>(pathOf(id, 'behaviour'), undefined, signal),
  });
}

export function consumptionQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'consumption'],
    queryFn: ({ signal }) => api.get<Consumption>(pathOf(id, 'consumption'), undefined, signal),
  });
}

export function customerDataQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'data'],
    queryFn: ({ signal }) => api.get<CustomerData>(pathOf(id, 'data'), undefined, signal),
  });
}

export function powersQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'powers'],
    queryFn: ({ signal }) => api.get<Powers>(pathOf(id, 'powers'), undefined, signal),
  });
}
