import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ApiError, api, type Query } from '@/shared/api/client';
import type { Page } from '@/shared/api/types';
import { idsOf, PAGE_MAX, type ReadIds } from '@/tags/keep/keeping';
import type {
  Catalogue,
  Explained,
  PeoplePage,
  ReadRule,
  RuleCount,
  Segment,
  SegmentCounts,
  SegmentSettings,
  SegmentVersion,
} from './types';

const PAGE = 50;
const SAMPLE = 10;
/** Counts are exact at the moment they are asked for; somebody who looks at them for long sees them move. */
const COUNTS_AGE_MS = 30_000;
const NOT_BUILT_MS = 2_000;
const BACK_FILL_MS = 2_000;
/** So soon after a version is saved, that it is worked out may not be told yet. */
const JUST_CHANGED_MS = 20_000;

const pathOf = (code: string) => `/segments/${encodeURIComponent(code)}`;

/** The server works out who is known of, after a start; it answers as soon as that is done. */
export function isNotBuilt(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === 'busy';
}

/** Asks again by itself while the index is worked out, and says so meanwhile instead of trying in silence. */
export const WHILE_NOT_BUILT = {
  retry: false,
  refetchInterval: ({ state }: { state: { error: Error | null } }) =>
    isNotBuilt(state.error) ? (state.error.retryAfterSecs ?? 0) * 1_000 || NOT_BUILT_MS : false,
} as const;

/** By code; only those that are archived, or only the others. */
export function segmentsQuery(search: string, archived: boolean) {
  return infiniteQueryOptions({
    queryKey: ['segments', 'list', search, archived],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Segment>>('/segments', { search, archived, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });
}

/** Asked again by itself while segments are worked out of all facts. */
export const segmentCountsQuery = queryOptions({
  queryKey: ['segments', 'counts'],
  queryFn: ({ signal }) => api.get<SegmentCounts>('/segment-counts', undefined, signal),
  retry: false,
  refetchInterval: ({ state }) => (state.data?.back_fill ? BACK_FILL_MS : WHILE_NOT_BUILT.refetchInterval({ state })),
  staleTime: COUNTS_AGE_MS,
});

/** The same for whoever looks at one segment: its newest version may be a moment old, or have no count so far. */
export function backFillQuery({ code, changed_at }: Segment) {
  return queryOptions({
    ...segmentCountsQuery,
    refetchInterval: ({ state }) => {
      const isAwaited =
        state.data && (state.data.counts[code] === undefined || Date.now() - Date.parse(changed_at) < JUST_CHANGED_MS);
      return state.data?.back_fill || isAwaited ? BACK_FILL_MS : WHILE_NOT_BUILT.refetchInterval({ state });
    },
    refetchOnMount: 'always',
  });
}

export function segmentQuery(code: string) {
  return queryOptions({
    queryKey: ['segments', 'one', code],
    queryFn: ({ signal }) => api.get<Segment>(pathOf(code), undefined, signal),
  });
}

/** The newest first, which is the one that holds. */
export function versionsQuery(code: string) {
  return infiniteQueryOptions({
    queryKey: ['segments', 'versions', code],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<SegmentVersion>>(`${pathOf(code)}/versions`, { cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

function membersPage(code: string, query: Query, signal?: AbortSignal) {
  return api.get<PeoplePage>(`${pathOf(code)}/members`, query, signal);
}

/** Now, or as a day began. */
export function membersQuery(code: string, at?: string) {
  return infiniteQueryOptions({
    queryKey: ['segments', 'members', code, at],
    queryFn: ({ pageParam, signal }) => membersPage(code, { at, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    ...WHILE_NOT_BUILT,
  });
}

export function readMembers(code: string, at: string): ReadIds {
  return async (cursor) => idsOf(await membersPage(code, { at, cursor, limit: PAGE_MAX }));
}

export const catalogueQuery = queryOptions({
  queryKey: ['rules', 'catalogue'],
  queryFn: ({ signal }) => api.get<Catalogue>('/rules/catalogue', undefined, signal),
});

// What is asked of a text belongs to that text: an answer to another one is never shown in its place, and asking for the next
// one breaks off the one before.

export function readQuery(text: string) {
  return queryOptions({
    queryKey: ['rules', 'read', text],
    queryFn: ({ signal }) => api.post<ReadRule>('/rules/read', { text }, undefined, signal),
    placeholderData: keepPreviousData,
  });
}

export function countQuery(text: string) {
  return queryOptions({
    queryKey: ['rules', 'count', text],
    queryFn: ({ signal }) => api.post<RuleCount>('/segments/preview', { text }, undefined, signal),
    ...WHILE_NOT_BUILT,
    placeholderData: keepPreviousData,
  });
}

export function sampleQuery(text: string) {
  return queryOptions({
    queryKey: ['rules', 'people', text],
    queryFn: ({ signal }) => api.post<PeoplePage>('/rules/people', { text, limit: SAMPLE }, undefined, signal),
    ...WHILE_NOT_BUILT,
    placeholderData: keepPreviousData,
  });
}

/** All that a rule means, page by page. */
export function peopleQuery(text: string) {
  return infiniteQueryOptions({
    queryKey: ['rules', 'all-people', text],
    queryFn: ({ pageParam, signal }) =>
      api.post<PeoplePage>('/rules/people', { text, cursor: pageParam, limit: PAGE }, undefined, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    ...WHILE_NOT_BUILT,
  });
}

export function explainQuery(segment: string, customer: string) {
  return queryOptions({
    queryKey: ['segments', 'explain', segment, customer],
    queryFn: ({ signal }) => api.post<Explained>('/rules/explain', { segment, customer }, undefined, signal),
  });
}

/** The key stays the same while the same segment is tried again. */
export function createSegment(code: string, settings: SegmentSettings, key: Record<string, string>) {
  return api.post<Segment>('/segments', { code, ...settings }, key);
}

/** If `version` is still the newest one. */
export async function updateSegment(code: string, version: number, settings: SegmentSettings): Promise<Segment> {
  return (await api.put<Segment>(pathOf(code), settings, { 'If-Match': `"${version}"` })).data;
}

export function setArchived(code: string, isArchived: boolean): Promise<Segment> {
  return api.post<Segment>(`${pathOf(code)}/${isArchived ? 'archive' : 'restore'}`, {});
}
