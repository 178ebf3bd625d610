import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { FromServer } from '@/shared/api/sent';
import type { Day } from '@/shared/api/types';

export type SceneMap = FromServer<'SceneMap'>;
export type Scene = FromServer<'SceneDto'>;

/** Days in UTC, both are part of it; null is open. */
export interface Days {
  from: Day | null;
  until: Day | null;
}

export function scenesQuery({ from, until }: Days) {
  return queryOptions({
    queryKey: ['scenes', from, until],
    queryFn: ({ signal }) => api.get<SceneMap>('/scenes', { from, until }, signal),
    placeholderData: keepPreviousData,
  });
}
