import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { LayerItem } from './types';

/** All that there are, archived ones too: there are 50 at most. */
const ownersQuery = queryOptions({
  queryKey: ['layers', 'owners'],
  queryFn: ({ signal }) => api.get<{ items: LayerItem[] }>('/layers', undefined, signal),
  staleTime: 60_000,
});

/** The layer that a segment is a stage of: it is changed there. Undefined until that is known, null for a segment of its own. */
export function useOwner(): (segment: string) => LayerItem | null | undefined {
  const layers = useQuery(ownersQuery).data?.items;
  return (segment) => layers && (layers.find(({ stages }) => stages.some(({ code }) => code === segment)) ?? null);
}
