import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Answer, api } from '@/shared/api/client';
import type { Day } from '@/shared/api/types';
import type { ConnectionRate, Funnel, Pool, ReachChannel, VersionedChannels } from './types';

// Each figure is counted when it is asked for, over all customers: so none is asked for again by itself.

const GROUPS_MAX = 200;

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
