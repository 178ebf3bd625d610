import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Page } from '@/shared/api/types';
import type { AnswerValue, CardSettings, DueUsageCard, UsageAnswer, UsageCard, UsageCardVersion } from './types';

const DUE_PAGE = 50;

/** By code, those that are archived too. */
export const cardsQuery = queryOptions({
  queryKey: ['usage-cards'],
  queryFn: ({ signal }) => api.get<{ items: UsageCard[] }>('/usage-cards', undefined, signal),
});

/** `version` null registers the card; otherwise that version is changed, if it is still the stored one. */
export async function putCard(code: string, version: number | null, settings: CardSettings): Promise<UsageCard> {
  return (
    await api.put<UsageCard>(
      `/usage-cards/${encodeURIComponent(code)}`,
      settings,
      version === null ? {} : { 'If-Match': `"${version}"` },
    )
  ).data;
}

export function archiveCard({ code, version, created_at: _, ...settings }: UsageCard, is_archived: boolean) {
  return putCard(code, version, { ...settings, is_archived });
}

/** The newest first, which is the one that holds. */
export function versionsQuery(code: string) {
  return infiniteQueryOptions({
    queryKey: ['usage-cards', 'versions', code],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<UsageCardVersion>>(
        `/usage-cards/${encodeURIComponent(code)}/versions`,
        { cursor: pageParam, limit: DUE_PAGE },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

/** The oldest delivery first, card by card; empty: of all cards. */
export function dueQuery(card: string) {
  return infiniteQueryOptions({
    queryKey: ['usage-cards', 'due', card],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<DueUsageCard>>('/usage-cards/due', { card, cursor: pageParam, limit: DUE_PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });
}

const answersPath = (id: string) => `/customers/${encodeURIComponent(id)}/usage-answers`;

/** The newest first. Below the key of the customer: whatever changes that one changes this too. */
export function answersQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'usage-answers'],
    queryFn: ({ signal }) => api.get<{ items: UsageAnswer[] }>(answersPath(id), undefined, signal),
  });
}

interface NewAnswer {
  card: string;
  order_no: string | null;
  answers: Record<string, AnswerValue>;
}

/** The key stays the same while the same answers are tried again. */
export function writeAnswer(id: string, answer: NewAnswer, key: Record<string, string>): Promise<UsageAnswer> {
  return api.post<UsageAnswer>(answersPath(id), { ...answer, surface: 'console' }, key);
}
