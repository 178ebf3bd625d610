import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, type Query } from '@/shared/api/client';
import type { CustomerRow, Page } from '@/shared/api/types';
import { idsOf, PAGE_MAX, type ReadIds } from '@/tags/keep/keeping';
import type { Asked, Clustering, ClusteringHead, Interview, NewInterview, Reasons } from './types';

const PAGE = 50;
/** While something goes on, it is asked how far it is. */
const LOOK_MS = 1_500;

const pathOf = (id: string) => `/clusterings/${encodeURIComponent(id)}`;
const clusterPathOf = (id: string) => `/clusters/${encodeURIComponent(id)}`;
const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` });

const goesOn = ({ state, assignment_asked_at }: ClusteringHead) =>
  state === 'queued' || state === 'running' || assignment_asked_at !== null;

export const clusteringsQuery = queryOptions({
  queryKey: ['clusters', 'list'],
  queryFn: ({ signal }) => api.get<{ items: ClusteringHead[] }>('/clusterings', undefined, signal),
  refetchInterval: ({ state }) => (state.data?.items.some(goesOn) ? LOOK_MS : false),
});

export function clusteringQuery(id: string) {
  return queryOptions({
    queryKey: ['clusters', 'one', id],
    queryFn: ({ signal }) => api.get<Clustering>(pathOf(id), undefined, signal),
    refetchInterval: ({ state }) => (state.data && goesOn(state.data) ? LOOK_MS : false),
  });
}

function peoplePage(cluster: string, query: Query, signal?: AbortSignal) {
  return api.get<Page<CustomerRow>>(`${clusterPathOf(cluster)}/people`, query, signal);
}

export function peopleQuery(cluster: string) {
  return infiniteQueryOptions({
    queryKey: ['clusters', 'people', cluster],
    queryFn: ({ pageParam, signal }) => peoplePage(cluster, { cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

export function readPeople(cluster: string): ReadIds {
  return async (cursor) => idsOf(await peoplePage(cluster, { cursor, limit: PAGE_MAX }));
}

export function interviewsQuery(cluster: string) {
  return infiniteQueryOptions({
    queryKey: ['clusters', 'interviews', cluster],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Interview>>(`${clusterPathOf(cluster)}/interviews`, { cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

export function reasonsQuery(id: string, field: string) {
  return queryOptions({
    queryKey: ['clusters', 'reasons', id, field],
    queryFn: ({ signal }) => api.get<Reasons>(`${pathOf(id)}/reasons`, { field }, signal),
  });
}

export const createClustering = (asked: Asked, key: Record<string, string>) =>
  api.post<Clustering>('/clusterings', asked, key);
export const cancelClustering = (id: string) => api.post<Clustering>(`${pathOf(id)}/cancel`, {});
export const deleteClustering = (id: string) => api.delete(pathOf(id));
export const placeAnew = (id: string) => api.post<Clustering>(`${pathOf(id)}/assignment`, {});

export async function keepTags(id: string, version: number, group: string): Promise<Clustering> {
  return (await api.put<Clustering>(`${pathOf(id)}/tags`, { group }, ifMatch(version))).data;
}

export const leaveTags = (id: string, version: number) =>
  api.delete<Clustering>(`${pathOf(id)}/tags`, ifMatch(version));

export async function nameCluster(cluster: string, version: number, name: string, description: string) {
  return (await api.put<Clustering>(clusterPathOf(cluster), { name, description }, ifMatch(version))).data;
}

export const recordInterview = (cluster: string, said: NewInterview, key: Record<string, string>) =>
  api.post<Interview>(`${clusterPathOf(cluster)}/interviews`, said, key);
export const removeInterview = (id: string) => api.delete(`/cluster-interviews/${encodeURIComponent(id)}`);
