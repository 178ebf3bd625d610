import type { Messages } from '@/shared/i18n';

/** Why there is no day of the next purchase: nothing could be predicted, or the day is too far away to name. */
export function noNextPurchase(t: Messages, expectedOrders: number | null): string {
  return expectedOrders === null ? t.customers.noValueReason : t.customers.noNextPurchase;
}
