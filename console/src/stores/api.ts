import { queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Place, PlaceKind, PlaceList, PlaceMove, PlaceSettings } from './types';

const pathOf = (id: string) => `/places/${encodeURIComponent(id)}`;

/** The whole tree in one answer: at most 20,000 places. */
export const placesQuery = queryOptions({
  queryKey: ['places'],
  queryFn: ({ signal }) => api.get<PlaceList>('/places', undefined, signal),
});

/** Below the key of the tree: whatever changes that one changes this too. */
export function movesQuery(id: string) {
  return queryOptions({
    queryKey: ['places', id, 'moves'],
    queryFn: ({ signal }) => api.get<{ items: PlaceMove[] }>(`${pathOf(id)}/moves`, undefined, signal),
  });
}

/** The key stays the same while one place is tried again. A store that orders have named already becomes known by it. */
export function createPlace(place: PlaceSettings & { kind: PlaceKind }, key: Record<string, string>) {
  return api.post<Place>('/places', place, key);
}

/** Replaces code, name and where it stands, if nobody else has changed them since `version`. */
export async function updatePlace(id: string, version: number, settings: PlaceSettings): Promise<Place> {
  return (await api.put<Place>(pathOf(id), settings, { 'If-Match': `"${version}"` })).data;
}

/** Neither place nor everyone: the user sees what the role says. */
export async function bindUser(userId: string, place: string | null, everyone: boolean): Promise<void> {
  await api.put(`/users/${encodeURIComponent(userId)}/place`, { place, everyone });
}
