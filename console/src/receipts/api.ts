import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { FromServer } from '@/shared/api/sent';
import type { Page } from '@/shared/api/types';

export type Receipt = FromServer<'ReceiptDto'>;
export type ReceiptSettings = FromServer<'ReceiptSettingsDto'>;

const POLL_MS = 15_000;
const PAGE = 50;

/** Of one state, or of all where it is empty; the newest first. */
export function receiptsQuery(state: string) {
  return infiniteQueryOptions({
    queryKey: ['receipts', state],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Receipt>>('/receipts', { state: state || null, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: POLL_MS,
  });
}

export const receiptSettingsQuery = queryOptions({
  queryKey: ['receipt-settings'],
  queryFn: ({ signal }) => api.get<ReceiptSettings>('/receipt-settings', undefined, signal),
});

/** If nobody else has changed them since `version`. */
export async function putReceiptSettings(
  version: number,
  settings: Omit<ReceiptSettings, 'version'>,
): Promise<ReceiptSettings> {
  return (await api.put<ReceiptSettings>('/receipt-settings', settings, { 'If-Match': `"${version}"` })).data;
}
