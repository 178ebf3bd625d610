import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, idempotencyKey } from '@/shared/api/client';
import type {
  Backtest,
  CohortReport,
  Distribution,
  Measure,
  RfmReport,
  ValueReport,
  ValueRun,
} from '@/shared/api/types';

export const valueQuery = queryOptions({
  queryKey: ['value', 'report'],
  queryFn: ({ signal }) => api.get<ValueReport>('/value', undefined, signal),
});

export const rfmQuery = queryOptions({
  queryKey: ['value', 'rfm'],
  queryFn: ({ signal }) => api.get<RfmReport>('/value/rfm', undefined, signal),
});

export function distributionQuery(measure: Measure) {
  return queryOptions({
    queryKey: ['value', 'distribution', measure],
    queryFn: ({ signal }) => api.get<Distribution>('/value/distribution', { measure }, signal),
    placeholderData: keepPreviousData,
  });
}

export type CohortMeasure = 'customers' | 'rate' | 'revenue';

/** Every cell carries people and revenue, so that switching the measure needs no new answer. */
export const cohortsQuery = queryOptions({
  queryKey: ['value', 'cohorts'],
  queryFn: ({ signal }) => api.get<CohortReport>('/value/cohorts', { measure: 'customers' }, signal),
});

export const backtestQuery = queryOptions({
  queryKey: ['value', 'backtest'],
  queryFn: ({ signal }) => api.get<Backtest>('/value/backtest', undefined, signal),
});

export function startValueRun(): Promise<ValueRun> {
  return api.post<ValueRun>('/value/runs', {}, idempotencyKey());
}
