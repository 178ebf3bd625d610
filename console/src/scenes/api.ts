import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Days } from '@/app/forms/span';
import { api } from '@/shared/api/client';
import type { FromServer } from '@/shared/api/sent';

export type SceneMap = FromServer<'SceneMap'>;
export type Scene = FromServer<'SceneDto'>;

/** Days are those of UTC. */
export function scenesQuery({ from, until }: Days) {
  return queryOptions({
    queryKey: ['scenes', from, until],
    queryFn: ({ signal }) => api.get<SceneMap>('/scenes', { from, until }, signal),
    placeholderData: keepPreviousData,
  });
}
