import type { FromServer } from '@/shared/api/sent';

export type Ticket = FromServer<'TicketDto'>;
export type Assignee = FromServer<'TicketAssigneeDto'>;
/** The empty one is for all. */
export type TicketState = 'open' | 'closed' | '';
