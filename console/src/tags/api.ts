import { queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { CustomerTags, TagChange, TagGroupItem, TagsChanged } from './types';

const tagsPath = (id: string) => `/customers/${encodeURIComponent(id)}/tags`;

export const tagGroupsQuery = queryOptions({
  queryKey: ['tag-groups'],
  queryFn: ({ signal }) => api.get<{ items: TagGroupItem[] }>('/tag-groups', undefined, signal),
});

/** Below the key of the customer: whatever changes that one changes this too. */
export function customerTagsQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'tags'],
    queryFn: ({ signal }) => api.get<CustomerTags>(tagsPath(id), undefined, signal),
  });
}

/** The key stays the same while one change is tried again. */
export function changeTags(id: string, change: TagChange, key: Record<string, string>) {
  return api.post<{ changed: number }>(tagsPath(id), change, key);
}

/** So many at once as `PORTION_MAX` says. */
export function changeTagsOfMany(customer_ids: string[], change: TagChange, key: Record<string, string>) {
  return api.post<TagsChanged>('/tag-changes', { customer_ids, ...change }, key);
}
