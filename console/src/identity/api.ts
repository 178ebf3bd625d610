import { queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { CustomerIdentity, Merge, MergePreview } from './types';

const customerPath = (id: string) => `/customers/${encodeURIComponent(id)}`;

/** Below the key of the customer: whatever changes that one changes this too. */
export function identityQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'identity'],
    queryFn: ({ signal }) => api.get<CustomerIdentity>(`${customerPath(id)}/identity`, undefined, signal),
  });
}

/** `keep` null: the server chooses whose id goes on. */
export function mergePreviewQuery(id: string, other: string, keep: string | null) {
  return queryOptions({
    queryKey: ['customer', id, 'merge-preview', other, keep],
    queryFn: ({ signal }) => api.get<MergePreview>(`${customerPath(id)}/merge-preview`, { other, keep }, signal),
    // What it shows is decided upon: an old one is no ground for that.
    staleTime: 0,
  });
}

/** The key stays the same while one merge is tried again. */
export function createMerge(id: string, other: string, keep: string | null, key: Record<string, string>) {
  return api.post<Merge>(`${customerPath(id)}/merges`, { other, keep }, key);
}

export function undoMerge(id: string, key: Record<string, string>) {
  return api.post<Merge>(`/merges/${encodeURIComponent(id)}/undo`, {}, key);
}
