import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { WHILE_NOT_BUILT } from '@/segments/api';
import { api, apiUrl } from '@/shared/api/client';
import type {
  Community,
  CommunityGroup,
  CommunityInvitation,
  CommunityInvitations,
  CommunityItem,
  CommunityPreview,
  CommunityToppedUp,
  CommunityTopUp,
} from './types';

const PAGE = 50;

const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` });
const pathOf = (code: string) => `/communities/${encodeURIComponent(code)}`;

/** By code; also archived ones. */
export const communitiesQuery = queryOptions({
  queryKey: ['communities', 'list'],
  queryFn: ({ signal }) => api.get<{ items: CommunityItem[] }>('/communities', undefined, signal),
});

export function communityQuery(code: string) {
  return queryOptions({
    queryKey: ['communities', 'one', code],
    queryFn: ({ signal }) => api.get<Community>(pathOf(code), undefined, signal),
  });
}

/** How a segment would be shared out. */
export function previewQuery(segment: string, size_max: number, purpose: string) {
  return queryOptions({
    queryKey: ['communities', 'preview', segment, size_max, purpose],
    queryFn: ({ signal }) =>
      api.get<CommunityPreview>(
        `/segments/${encodeURIComponent(segment)}/community-preview`,
        { size_max, purpose },
        signal,
      ),
    ...WHILE_NOT_BUILT,
  });
}

export interface NewCommunity {
  code: string;
  name: string;
  segment: string;
  size_max: number;
  purpose: string | null;
}

/** The key stays the same while the same community is tried again. */
export const createCommunity = (community: NewCommunity, key: Record<string, string>) =>
  api.post<Community>('/communities', community, key);

/** Another name, archived or not, if `version` is still the one that is stored. */
export async function updateCommunity(
  { code, version }: Community,
  change: { name: string; archived: boolean },
): Promise<Community> {
  return (await api.put<Community>(pathOf(code), change, ifMatch(version))).data;
}

export async function updateGroup(
  community: string,
  { number, version }: CommunityGroup,
  change: { code: string; link: string | null; owner: string | null },
): Promise<Community> {
  return (await api.put<Community>(`${pathOf(community)}/groups/${number}`, change, ifMatch(version))).data;
}

/** Who came into the segment since. */
export function topUpQuery(code: string) {
  return queryOptions({
    queryKey: ['communities', 'top-up', code],
    queryFn: ({ signal }) => api.get<CommunityTopUp>(`${pathOf(code)}/top-up`, undefined, signal),
    ...WHILE_NOT_BUILT,
    staleTime: 0,
  });
}

export const topUp = (code: string, key: Record<string, string>) =>
  api.post<CommunityToppedUp>(`${pathOf(code)}/top-up`, undefined, key);

export interface InvitedFilter {
  /** The number of a group, or empty: of all. */
  group: string;
  /** Empty: all. */
  state: string;
}

export function invitedQuery(code: string, filter: InvitedFilter) {
  return infiniteQueryOptions({
    queryKey: ['communities', 'invited', code, filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<CommunityInvitations>(
        `${pathOf(code)}/invitations`,
        { ...filter, cursor: pageParam, limit: PAGE },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });
}

export async function setJoined(code: string, customer: string, joined: boolean): Promise<CommunityInvitation> {
  const path = `${pathOf(code)}/invitations/${encodeURIComponent(customer)}`;
  return (await api.put<CommunityInvitation>(path, { joined }, {})).data;
}

/** The address of a file: for who may not take customers out, one that names nobody. */
export const fileUrl = (code: string, isMasked: boolean, filter: InvitedFilter) =>
  apiUrl(`/exports/${isMasked ? 'masked-communities' : 'communities'}/${encodeURIComponent(code)}`, { ...filter });
