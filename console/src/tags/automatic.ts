import { queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { FromServer } from '@/shared/api/sent';

/** Whoever is in the segment has the tag, and nobody else. */
export type AutomaticTag = FromServer<'AutomaticTagDto'>;

const pathOf = (tag: string) => `/automatic-tags/${encodeURIComponent(tag)}`;

export const automaticTagsQuery = queryOptions({
  queryKey: ['automatic-tags'],
  queryFn: ({ signal }) => api.get<{ items: AutomaticTag[] }>('/automatic-tags', undefined, signal),
});

export async function follow(tag: string, segment: string): Promise<AutomaticTag> {
  return (await api.put<AutomaticTag>(pathOf(tag), { segment })).data;
}

export function stopFollowing(tag: string): Promise<void> {
  return api.delete(pathOf(tag));
}
