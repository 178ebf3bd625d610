import { lookup, type Messages } from '@/shared/i18n';

/** What an attempt came to, in words: the status of the answer, or why there was none, and what to do about it. */
export function resultText(t: Messages, status: number | null, error: string | null): string {
  const r = t.webhooks.result;
  if (error === null) return status === null ? r.none : r.answered(String(status));
  const words = lookup(t.webhooks.errors, error);
  return status === null ? words : r.withStatus(words, String(status));
}
