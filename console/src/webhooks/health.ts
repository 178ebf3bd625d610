import type { Tone } from '@/shared/ui/Chip';
import type { Delivery, DeliveryState, Webhook } from './types';

/** How it is with an endpoint, in one word: what a list says, and what its page explains. */
export type Health = 'active' | 'failing' | 'paused' | 'gave_up' | 'gone';

export function healthOf({ state, paused_reason, failing_since }: Webhook): Health {
  if (state === 'paused')
    return paused_reason === 'failures' ? 'gave_up' : paused_reason === 'gone' ? 'gone' : 'paused';
  return failing_since === null ? 'active' : 'failing';
}

export const HEALTH_TONES: Record<Health, Tone> = {
  active: 'success',
  failing: 'warning',
  paused: 'neutral',
  gave_up: 'danger',
  gone: 'danger',
};

export const DELIVERY_STATES: DeliveryState[] = ['waiting', 'delivered', 'failed'];

export const DELIVERY_TONES: Record<string, Tone> = { waiting: 'info', delivered: 'success', failed: 'danger' };

/** As a webhook is called where there is no room for its address. */
export function nameOf({ description, url }: Pick<Webhook, 'description' | 'url'>): string {
  if (description !== '') return description;
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** What became of a test: nothing yet, an answer, or a failure (which is tried again by itself). */
export type TestOutcome = 'under_way' | 'arrived' | 'failed';

export function testOutcome(delivery: Delivery | undefined): TestOutcome {
  if (!delivery || delivery.attempts === 0) return 'under_way';
  return delivery.state === 'delivered' ? 'arrived' : 'failed';
}
