import type { ApiError } from '../api/client';

/** `/discount_rate` → `discount_rate`: what the server refused, keyed by the field of the form. */
export function fieldErrors(error: ApiError): Record<string, string> {
  return Object.fromEntries(
    error.errors.map((one) => [one.pointer.replace(/^#?\//, '').replaceAll('/', '.'), one.detail]),
  );
}
