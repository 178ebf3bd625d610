import { queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { FromServer } from '@/shared/api/sent';
import type { Day } from '@/shared/api/types';

export type OwnClerk = FromServer<'OwnClerkDto'>;
export type Statement = FromServer<'StatementDto'>;
export type StatementLine = FromServer<'StatementLineDto'>;
export type SignedUp = FromServer<'SignedUpDto'>;
export type Purpose = FromServer<'PurposeDto'>;

export const ownClerkQuery = queryOptions({
  queryKey: ['clerk'],
  queryFn: ({ signal }) => api.get<OwnClerk>('/clerk', undefined, signal),
});

export function statementQuery(from: Day, to: Day) {
  return queryOptions({
    queryKey: ['clerk', 'statement', from, to],
    queryFn: ({ signal }) => api.get<Statement>('/clerk/statement', { from, to }, signal),
  });
}

export const purposesQuery = queryOptions({
  queryKey: ['consent-purposes'],
  queryFn: ({ signal }) => api.get<{ items: Purpose[] }>('/consent-purposes', undefined, signal),
});

/** The key stays the same while one sign-up is tried again. */
export function createSignUp(
  body: { phone: string; name: string | null; purposes: string[] },
  key: Record<string, string>,
) {
  return api.post<SignedUp>('/sign-ups', body, key);
}
