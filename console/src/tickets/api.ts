import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Page } from '@/shared/api/types';
import type { Assignee, Ticket, TicketState } from './types';

const PAGE = 50;

export interface TicketFilter {
  state: TicketState;
  /** Of this customer only, by their id; empty: of all whom the caller sees. */
  customer: string;
  /** `me`, `nobody`, or empty: of all. */
  assignee: string;
}

/** The last opened first. */
export function ticketsQuery(filter: TicketFilter) {
  return infiniteQueryOptions({
    queryKey: ['tickets', filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Ticket>>('/tickets', { ...filter, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });
}

const pathOf = (id: string) => `/tickets/${encodeURIComponent(id)}`;

/** Closes a ticket, or opens a closed one again: the note says what was done, or why. */
export function changeState(id: string, what: 'close' | 'reopen', note: string): Promise<Ticket> {
  return api.post<Ticket>(`${pathOf(id)}/${what}`, { note });
}

/** Says who looks after it, if nobody else has changed it meanwhile; null: nobody. */
export async function assignTicket({ id, version }: Ticket, user_id: string | null): Promise<Ticket> {
  return (await api.put<Ticket>(`${pathOf(id)}/assignee`, { user_id }, { 'If-Match': `"${version}"` })).data;
}

/** Who may look after it. */
export function assigneesQuery(id: string) {
  return queryOptions({
    queryKey: ['tickets', 'assignees', id],
    queryFn: ({ signal }) => api.get<{ items: Assignee[] }>(`${pathOf(id)}/assignees`, undefined, signal),
  });
}
