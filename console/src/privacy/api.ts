import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Page } from '@/shared/api/types';
import type { Erasure, Verdict } from './types';

const RUNNING_POLL_MS = 3000;
const PAGE = 50;

/** The newest first. Asked for again while one of them runs. */
export const erasuresQuery = infiniteQueryOptions({
  queryKey: ['erasures'],
  queryFn: ({ pageParam, signal }) => api.get<Page<Erasure>>('/erasures', { cursor: pageParam, limit: PAGE }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next_cursor,
  refetchInterval: ({ state: { data } }) =>
    data?.pages.some(({ items }) => items.some(({ state }) => state === 'running')) ? RUNNING_POLL_MS : false,
});

export function erasureQuery(id: string) {
  return queryOptions({
    queryKey: ['erasure', id],
    queryFn: ({ signal }) => api.get<Erasure>(`/erasures/${encodeURIComponent(id)}`, undefined, signal),
    refetchInterval: ({ state: { data } }) => (data?.state === 'running' ? RUNNING_POLL_MS : false),
  });
}

/** The key stays the same while one erasure is tried again. */
export function eraseCustomer(id: string, reason: string, key: Record<string, string>) {
  return api.post<Erasure>(`/customers/${encodeURIComponent(id)}/erasure`, { reason }, key);
}

/** `publicKey` null: whether it is signed by this workspace. */
export function verifyReceipt(receipt: unknown, publicKey: string | null) {
  return api.post<Verdict>('/erasures/verify', { receipt, public_key: publicKey });
}
