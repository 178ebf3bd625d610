import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, idempotencyKey } from '@/shared/api/client';
import type { Page } from '@/shared/api/types';
import type {
  Attempt,
  Delivery,
  DeliveryState,
  Replay,
  Webhook,
  WebhookItem,
  WebhookList,
  WebhookSettings,
  WebhookWithSecret,
} from './types';

const LIST_POLL_MS = 5000;
const PAGE_POLL_MS = 3000;
const PAGE = 50;

const pathOf = (id: string) => `/webhooks/${encodeURIComponent(id)}`;

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: ({ signal }) => api.get<WebhookList>('/webhooks', undefined, signal),
  refetchInterval: LIST_POLL_MS,
});

export function webhookQuery(id: string) {
  return queryOptions({
    queryKey: ['webhook', id],
    queryFn: ({ signal }) => api.get<WebhookItem>(pathOf(id), undefined, signal),
    refetchInterval: PAGE_POLL_MS,
  });
}

export function deliveriesQuery(id: string, state: DeliveryState | null) {
  return infiniteQueryOptions({
    queryKey: ['webhook', id, 'deliveries', state],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Delivery>>(`${pathOf(id)}/deliveries`, { state, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: PAGE_POLL_MS,
  });
}

export function attemptsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['webhook', id, 'attempts'],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Attempt>>(`${pathOf(id)}/attempts`, { cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: PAGE_POLL_MS,
  });
}

/** The key stays the same while one webhook is tried again. */
export function createWebhook(settings: WebhookSettings, key: Record<string, string>) {
  return api.post<WebhookWithSecret>('/webhooks', settings, key);
}

/** Replaces all settings, if nobody else has changed them since `version`. */
export async function updateWebhook(id: string, version: number, settings: WebhookSettings): Promise<Webhook> {
  return (await api.put<Webhook>(pathOf(id), settings, { 'If-Match': `"${version}"` })).data;
}

export function deleteWebhook(id: string) {
  return api.delete(pathOf(id));
}

export function pauseWebhook(id: string) {
  return api.post<Webhook>(`${pathOf(id)}/pause`, {});
}

export function resumeWebhook(id: string) {
  return api.post<Webhook>(`${pathOf(id)}/resume`, {});
}

export function rotateSecret(id: string, earlierSecretValidSeconds: number, key: Record<string, string>) {
  const body = { earlier_secret_valid_seconds: earlierSecretValidSeconds };
  return api.post<WebhookWithSecret>(`${pathOf(id)}/secret`, body, key);
}

export function testWebhook(id: string) {
  return api.post<{ event_id: string }>(`${pathOf(id)}/test`, {}, idempotencyKey());
}

export function replayWebhook(id: string, what: Replay, key: Record<string, string>) {
  return api.post<{ deliveries: number }>(`${pathOf(id)}/replay`, what, key);
}
