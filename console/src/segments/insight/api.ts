import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Page } from '@/shared/api/types';
import { WHILE_NOT_BUILT } from '../api';
import type { Overlap, Portrait, Reach, SegmentMove, SegmentTrend, SegmentUses, Worth } from './types';

const MOVES = 50;
export const TREND_WEEKS = 12;

const pathOf = (code: string) => `/segments/${encodeURIComponent(code)}`;

/** Whom it is about: a rule as text, or a segment as it is now. */
export type Whom = { text: string } | { segment: string };

export function usesQuery(code: string) {
  return queryOptions({
    queryKey: ['segments', 'uses', code],
    queryFn: ({ signal }) => api.get<SegmentUses>(`${pathOf(code)}/uses`, undefined, signal),
  });
}

export function trendQuery(code: string) {
  return queryOptions({
    queryKey: ['segments', 'trend', code],
    queryFn: ({ signal }) => api.get<SegmentTrend>(`${pathOf(code)}/trend`, { weeks: TREND_WEEKS }, signal),
  });
}

export function movesQuery(code: string) {
  return infiniteQueryOptions({
    queryKey: ['segments', 'moves', code],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<SegmentMove>>(`${pathOf(code)}/moves`, { cursor: pageParam, limit: MOVES }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

export function portraitQuery(whom: Whom) {
  return queryOptions({
    queryKey: ['rules', 'portrait', whom],
    queryFn: ({ signal }) => api.post<Portrait>('/rules/portrait', whom, undefined, signal),
    ...WHILE_NOT_BUILT,
  });
}

export function overlapQuery(segments: string[]) {
  return queryOptions({
    queryKey: ['rules', 'overlap', segments],
    queryFn: ({ signal }) => api.post<Overlap>('/rules/overlap', { segments }, undefined, signal),
    ...WHILE_NOT_BUILT,
  });
}

export function reachQuery(whom: Whom) {
  return queryOptions({
    queryKey: ['rules', 'reach', whom],
    queryFn: ({ signal }) => api.post<Reach>('/rules/reach', whom, undefined, signal),
    ...WHILE_NOT_BUILT,
    placeholderData: keepPreviousData,
  });
}

export function worthQuery(whom: Whom) {
  return queryOptions({
    queryKey: ['rules', 'worth', whom],
    queryFn: ({ signal }) => api.post<Worth>('/rules/worth', whom, undefined, signal),
    ...WHILE_NOT_BUILT,
  });
}
