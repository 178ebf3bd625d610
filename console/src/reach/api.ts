import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Answer, api } from '@/shared/api/client';
import type { Day, Page } from '@/shared/api/types';
import { PAGE_MAX, type ReadIds } from '@/tags/keep/keeping';
import type {
  ConnectionRate,
  Coverage,
  CoverageChoice,
  Funnel,
  Pool,
  ReachChannel,
  ReachPerson,
  VersionedChannels,
} from './types';

// Each figure is counted when it is asked for, over all customers: so none is asked for again by itself.

const GROUPS_MAX = 200;
const PEOPLE_PAGE = 50;

/** Days of the brand's zone, both part of it. */
export interface ReachDays {
  from: Day;
  to: Day;
}

export const poolQuery = queryOptions({
  queryKey: ['reach', 'pool'],
  queryFn: ({ signal }) => api.get<Pool>('/reach/pool', undefined, signal),
});

/** `by` empty: no groups. `bound_by` empty: by the end of the last day. */
export function connectionQuery(days: ReachDays, bound_by: string, by: string) {
  return queryOptions({
    queryKey: ['reach', 'connection-rate', days, bound_by, by],
    queryFn: ({ signal }) =>
      api.get<ConnectionRate>('/reach/connection-rate', { ...days, bound_by, by, limit: GROUPS_MAX }, signal),
    placeholderData: keepPreviousData,
  });
}

/** `parameter` empty: sources are touch-points. */
export function funnelQuery(days: ReachDays, parameter: string) {
  return queryOptions({
    queryKey: ['reach', 'funnel', days, parameter],
    queryFn: ({ signal }) => api.get<Funnel>('/reach/funnel', { ...days, parameter }, signal),
    placeholderData: keepPreviousData,
  });
}

export function coverageQuery(choice: CoverageChoice) {
  return queryOptions({
    queryKey: ['reach', 'coverage', choice],
    queryFn: ({ signal }) => api.get<Coverage>('/reach/coverage', { ...choice }, signal),
    placeholderData: keepPreviousData,
  });
}

/** The provinces that somebody marked, with the version that they were read with; always read anew before they are changed. */
export const salesProvincesQuery = queryOptions({
  queryKey: ['reach', 'sales-provinces'],
  queryFn: async ({ signal }) => {
    const { data, etag } = await api.getWithEtag<{ provinces: string[] }>('/reach/sales-provinces', signal);
    return { provinces: data.provinces, etag: etag ?? '' };
  },
  staleTime: 0,
});

export function putSalesProvinces(etag: string, provinces: string[]) {
  return api.put<{ provinces: string[] }>('/reach/sales-provinces', { provinces }, { 'If-Match': etag });
}

/** A figure behind which there are people. */
export interface PeopleOf {
  title: string;
  path: '/reach/pool/people' | '/reach/funnel/people' | '/reach/coverage/people';
  query: Record<string, string>;
  /** The list says by what it is known where they live. */
  placed?: boolean;
}

export function peopleQuery({ path, query }: PeopleOf) {
  return infiniteQueryOptions({
    queryKey: ['reach', path, query],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<ReachPerson>>(path, { ...query, cursor: pageParam, limit: PEOPLE_PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

export function readPeople({ path, query }: PeopleOf): ReadIds {
  return async (cursor) => {
    const page = await api.get<Page<ReachPerson>>(path, { ...query, cursor, limit: PAGE_MAX });
    return { ids: page.items.map(({ customer_id }) => customer_id), next: page.next_cursor };
  };
}

const versioned = ({ data, etag }: Answer<{ channels: ReachChannel[] }>): VersionedChannels => ({
  channels: data.channels,
  etag: etag ?? '',
});

export const channelsQuery = queryOptions({
  queryKey: ['reach', 'channels'],
  queryFn: async ({ signal }) =>
    versioned(await api.getWithEtag<{ channels: ReachChannel[] }>('/reach/channels', signal)),
});

/** Replaces all channels, if nobody else has changed them since they were read. */
export async function putChannels(etag: string, channels: ReachChannel[]): Promise<VersionedChannels> {
  return versioned(await api.put<{ channels: ReachChannel[] }>('/reach/channels', { channels }, { 'If-Match': etag }));
}
