import type { FromServer } from '@/shared/api/sent';

export type Webhook = FromServer<'WebhookDto'>;
export type WebhookItem = FromServer<'WebhookItem'>;
export type WebhookCounts = FromServer<'WebhookCounts'>;
export type WebhookList = FromServer<'WebhookList'>;
export type WebhookWithSecret = FromServer<'WebhookWithSecret'>;
export type Attempt = FromServer<'WebhookAttempt'>;
/** The body is whatever was told, as JSON. */
export type Delivery = Omit<FromServer<'WebhookDelivery'>, 'body'> & { body: Record<string, unknown> };
export type DeliveryState = 'waiting' | 'delivered' | 'failed';
/** What a person decides about a webhook. */
export type WebhookSettings = Pick<Webhook, 'url' | 'description' | 'event_types' | 'with_imports'>;
/** One of the three. */
export type Replay = { event_id: string } | { failed: true } | { since: string };
