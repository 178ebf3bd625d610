import { ApiError, type FieldError } from '../api/client';
import { lookup, type Messages } from '../i18n';

/** One sentence for a failure, in the language of the screen: what happened and what to do. */
export function errorText(t: Messages, error: unknown): string {
  if (!(error instanceof ApiError)) return t.common.errors.internal;
  // A refusal of the request as a whole, such as a file that cannot be read, or a mail address that is taken.
  const [first] = error.errors;
  const reason = first && (first.pointer === '' || error.code === 'conflict') ? known(t, first.code) : null;
  if (reason) return reason;
  const sentence = lookup(t.common.errors, error.code);
  return sentence === error.code ? (error.detail ?? error.message) : sentence;
}

/** Codes whose sentence leaves open what exactly is wrong; for the others the server's text repeats it. */
const OPEN = new Set(['invalid_request', 'conflict', 'too_large']);

/** The server's English text where it says more than `errorText`. */
export function errorDetail(error: unknown): string | null {
  if (!(error instanceof ApiError) || !OPEN.has(error.code)) return null;
  const parts = error.errors.map((one) => (one.pointer === '' ? one.detail : `${one.pointer}: ${one.detail}`));
  return parts.join('; ') || error.detail;
}

function known(t: Messages, code: string): string | null {
  for (const texts of [t.common.refused, t.imports.failures]) {
    const text = lookup(texts, code);
    if (text !== code) return text;
  }
  return null;
}

/** The sentence says it all; what is allowed would only repeat it. */
const COMPLETE = new Set(['taken', 'wrong']);

/** `/discount_rate` → `discount_rate`: what the server refused, keyed by the field of the form. */
export function fieldErrors(t: Messages, error: ApiError): Record<string, string> {
  return Object.fromEntries(
    error.errors.map((one) => [one.pointer.replace(/^#?\//, '').replaceAll('/', '.'), fieldText(t, one)]),
  );
}

function fieldText(t: Messages, { code, detail }: FieldError): string {
  const sentence = known(t, code);
  if (!sentence) return detail;
  return COMPLETE.has(code) ? sentence : t.common.withAllowed(sentence, detail);
}
