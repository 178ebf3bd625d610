import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Day, Instant } from '@/shared/api/types';
import type { Clerk, RankingRow, Rule, RuleKind, Settlement, Statement } from './types';

const pathOf = (id: string) => `/clerks/${encodeURIComponent(id)}`;

/** All of them in one answer, each with the stores from when to when. */
export const clerksQuery = queryOptions({
  queryKey: ['clerks'],
  queryFn: ({ signal }) => api.get<{ items: Clerk[] }>('/clerks', undefined, signal),
});

/** What each clerk did in these days. */
export function rankingQuery(from: Day, to: Day) {
  return queryOptions({
    queryKey: ['clerk-ranking', from, to],
    queryFn: ({ signal }) => api.get<{ items: RankingRow[] }>('/clerk-ranking', { from, to }, signal),
    placeholderData: keepPreviousData,
  });
}

export function statementQuery(id: string, from: Day, to: Day) {
  return queryOptions({
    queryKey: ['clerks', id, 'statement', from, to],
    queryFn: ({ signal }) => api.get<Statement>(`${pathOf(id)}/statement`, { from, to }, signal),
    placeholderData: keepPreviousData,
  });
}

export const rulesQuery = queryOptions({
  queryKey: ['incentive-rules'],
  queryFn: ({ signal }) => api.get<{ items: Rule[] }>('/incentive-rules', undefined, signal),
});

export const settlementsQuery = queryOptions({
  queryKey: ['settlements'],
  queryFn: ({ signal }) => api.get<{ items: Settlement[] }>('/settlements', undefined, signal),
});

/** The key stays the same while one clerk is tried again. Without an instant it holds from now on. */
export function createClerk(
  clerk: { user_id: string; store: string | null; from: Instant | null },
  key: Record<string, string>,
) {
  return api.post<Clerk>('/clerks', clerk, key);
}

/** Into a store from then on, or into none. */
export async function moveClerk(id: string, store: string | null, from: Instant | null): Promise<Clerk> {
  return (await api.put<Clerk>(`${pathOf(id)}/store`, { store, from })).data;
}

export function createRule(
  rule: { kind: RuleKind; amount_minor: number; days: number; event: string | null },
  key: Record<string, string>,
) {
  return api.post<Rule>('/incentive-rules', rule, key);
}

export function endRule(id: string) {
  return api.delete(`/incentive-rules/${encodeURIComponent(id)}`);
}

/** Closes the period that ends with this day, for good. */
export function settle(through: Day, key: Record<string, string>) {
  return api.post<Settlement>('/settlements', { through }, key);
}
