import { queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { ConsentText, CustomerConsents, NewConsent, Purpose, PurposeSettings } from './types';

const WITHDRAWAL_POLL_MS = 3000;

const purposePath = (code: string) => `/consent-purposes/${encodeURIComponent(code)}`;

export const purposesQuery = queryOptions({
  queryKey: ['consent-purposes'],
  queryFn: ({ signal }) => api.get<{ items: Purpose[] }>('/consent-purposes', undefined, signal),
});

/** Below the key of the customer: whatever changes that one changes this too. */
export function consentsQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'consents'],
    queryFn: ({ signal }) =>
      api.get<CustomerConsents>(`/customers/${encodeURIComponent(id)}/consents`, undefined, signal),
    // While something is being erased, until it is said that it is gone.
    refetchInterval: ({ state: { data } }) =>
      data?.withdrawals.some(({ finished_at }) => finished_at === null) ? WITHDRAWAL_POLL_MS : false,
  });
}

/** The key stays the same while one decision is tried again. */
export function recordConsent(consent: NewConsent, key: Record<string, string>) {
  return api.post<{ id: string }>('/consents', consent, key);
}

/** `version` null registers the purpose; otherwise that version is changed, if it is still the stored one. */
export async function putPurpose(code: string, version: number | null, settings: PurposeSettings): Promise<Purpose> {
  return (await api.put<Purpose>(purposePath(code), settings, version === null ? {} : { 'If-Match': `"${version}"` }))
    .data;
}

export function publishText(
  code: string,
  text: Pick<ConsentText, 'version' | 'locale' | 'text'>,
  key: Record<string, string>,
) {
  return api.post<ConsentText>(`${purposePath(code)}/texts`, text, key);
}
