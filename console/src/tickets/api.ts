import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Page } from '@/shared/api/types';
import type { Ticket, TicketState } from './types';

const PAGE = 50;

export interface TicketFilter {
  state: TicketState;
  /** Of this customer only, by their id; empty: of all whom the caller sees. */
  customer: string;
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

export function closeTicket(id: string, note: string): Promise<Ticket> {
  return api.post<Ticket>(`/tickets/${encodeURIComponent(id)}/close`, { note });
}
