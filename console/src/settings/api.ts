import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, idempotencyKey } from '@/shared/api/client';
import type {
  ApiToken,
  AuditEntry,
  BrandSettings,
  Job,
  Page,
  RoleName,
  Roles,
  SystemInfo,
  User,
} from '@/shared/api/types';

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => api.get<{ items: User[] }>('/users', undefined, signal),
});

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: ({ signal }) => api.get<Roles>('/roles', undefined, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => api.get<{ items: ApiToken[] }>('/tokens', undefined, signal),
});

const JOBS_POLL_MS = 5000;

export function jobsQuery(state: Job['state'] | null) {
  return infiniteQueryOptions({
    queryKey: ['jobs', state],
    queryFn: ({ pageParam, signal }) => api.get<Page<Job>>('/jobs', { state, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: JOBS_POLL_MS,
  });
}

export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam, signal }) => api.get<Page<AuditEntry>>('/audit', { cursor: pageParam, limit: 50 }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next_cursor,
});

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => api.get<SystemInfo>('/system', undefined, signal),
});

/** What the server works out by itself is not sent back to it. */
export async function saveSettings(settings: BrandSettings, etag: string | null) {
  const { currency_locked: _locked, currency_exponent: _exponent, ...own } = settings;
  const { data, etag: next } = await api.put<BrandSettings>('/settings', own, etag ? { 'If-Match': etag } : {});
  return { settings: data, etag: next };
}

export function createUser(user: { email: string; name: string; role: RoleName }) {
  return api.post<{ user: User; sign_in_link: string | null }>('/users', user, idempotencyKey());
}

export function changeUser(id: string, change: Partial<Pick<User, 'name' | 'role' | 'status'>>) {
  return api.patch<User>(`/users/${encodeURIComponent(id)}`, change);
}

/** For somebody who lost the password, or the link of the invitation. */
export function createSignInLink(id: string) {
  return api.post<{ sign_in_link: string | null }>(`/users/${encodeURIComponent(id)}/sign-in-link`, {});
}

export function createToken(token: { name: string; role: RoleName; expires_in_days?: number }) {
  return api.post<ApiToken & { token: string | null }>('/tokens', token, idempotencyKey());
}

export function revokeToken(id: string) {
  return api.delete(`/tokens/${encodeURIComponent(id)}`);
}

export function retryJob(id: string) {
  return api.post<Job>(`/jobs/${encodeURIComponent(id)}/retry`, {});
}
