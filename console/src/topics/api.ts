import { queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Preferences, Topic } from './types';

const preferencesPath = (id: string) => `/customers/${encodeURIComponent(id)}/preferences`;

/** By code, those that are archived too. */
export const topicsQuery = queryOptions({
  queryKey: ['topics'],
  queryFn: ({ signal }) => api.get<{ items: Topic[] }>('/topics', undefined, signal),
});

/** `version` null registers the topic; otherwise that version is changed, if it is still the stored one. */
export async function putTopic(
  code: string,
  version: number | null,
  topic: { name: string; description: string; is_archived: boolean },
): Promise<Topic> {
  return (
    await api.put<Topic>(
      `/topics/${encodeURIComponent(code)}`,
      topic,
      version === null ? {} : { 'If-Match': `"${version}"` },
    )
  ).data;
}

export function archiveTopic({ code, version, name, description }: Topic, is_archived: boolean) {
  return putTopic(code, version, { name, description, is_archived });
}

/** Below the key of the customer: whatever changes that one changes this too. */
export function preferencesQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'preferences'],
    queryFn: ({ signal }) => api.get<Preferences>(preferencesPath(id), undefined, signal),
  });
}

/** All that the customer wants, in the place of what they had picked before. */
export async function putPreferences(id: string, topics: string[]): Promise<Preferences> {
  return (await api.put<Preferences>(preferencesPath(id), { topics })).data;
}
