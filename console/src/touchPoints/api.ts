import { queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { FromServer } from '@/shared/api/sent';
import type { NewTouchPoint, TouchPoint, TouchPointList, TouchPointNames } from './types';

const pathOf = (code: string) => `/touch-points/${encodeURIComponent(code)}`;

/** The whole registry, the preset ones first, with what came through each. */
export const touchPointsQuery = queryOptions({
  queryKey: ['touch-points'],
  queryFn: ({ signal }) => api.get<TouchPointList>('/touch-points', undefined, signal),
  staleTime: 10_000,
});

/** The key stays the same while one touch-point is tried again. */
export function createTouchPoint(made: NewTouchPoint, key: Record<string, string>) {
  return api.post<TouchPoint>('/touch-points', made, key);
}

/** Gives other names, if nobody else has changed it since `version`. */
export async function renameTouchPoint(code: string, version: number, names: TouchPointNames): Promise<TouchPoint> {
  return (await api.put<TouchPoint>(pathOf(code), names, { 'If-Match': `"${version}"` })).data;
}

export function archiveTouchPoint(code: string) {
  return api.post<TouchPoint>(`${pathOf(code)}/archive`, {});
}

export function restoreTouchPoint(code: string) {
  return api.post<TouchPoint>(`${pathOf(code)}/restore`, {});
}

/** The most that one answer of the quarantine has. */
const HELD_PAGE_MAX = 200;
const UNKNOWN = 'unknown_touch_point';

/** How many messages of a source are kept aside because of their touch-point; `more`: there are others, not read here. */
export interface UnknownHeld {
  messages: number;
  more: boolean;
}

/** Of the oldest that are kept aside: the server does not count them by reason. */
export function unknownHeldQuery(sourceId: string) {
  return queryOptions({
    queryKey: ['touch-points', 'held', sourceId],
    queryFn: async ({ signal }): Promise<UnknownHeld> => {
      const path = `/sources/${encodeURIComponent(sourceId)}/quarantine`;
      const page = await api.get<FromServer<'QuarantinePage'>>(path, { limit: HELD_PAGE_MAX }, signal);
      const messages = page.items.filter(({ violations }) => violations.some(({ kind }) => kind === UNKNOWN)).length;
      return { messages, more: page.next_cursor !== null };
    },
  });
}
