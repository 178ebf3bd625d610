import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan, useMe } from '@/access/me';
import { ApiError } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { notify } from '@/shared/ui/notify';
import css from '@/shared/ui/registry.module.css';
import { errorText } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { useCardName } from '@/usageCards/useCardName';
import { assignTicket } from './api';
import type { Ticket } from './types';

/** For one in many visits, both in one part. */
const NoteDialog = lazy(() => import('./AssignDialog').then((module) => ({ default: module.NoteDialog })));
const AssignDialog = lazy(() => import('./AssignDialog').then((module) => ({ default: module.AssignDialog })));

/** Tickets with what opened them, and what was done. */
export function TicketList({ tickets, ofOne }: { tickets: Ticket[]; ofOne?: boolean }) {
  const t = useT();
  const k = t.tickets;
  const can = useCan();
  const mayWrite = can('customers.write');
  const [asked, setAsked] = useState<{ what: 'note' | 'assign'; ticket: Ticket } | null>(null);
  const close = () => setAsked(null);
  const customer: Column<Ticket> = {
    key: 'customer',
    header: k.column.customer,
    always: true,
    render: ({ customer_id }) => (
      <Link to="/customers/$id" params={{ id: customer_id }} search={{ tab: 'usage' }} className="mono">
        {customer_id}
      </Link>
    ),
  };
  const columns: Column<Ticket>[] = [
    ...(ofOne ? [] : [customer]),
    { key: 'cause', header: k.column.cause, always: true, render: (ticket) => <Cause of={ticket} /> },
    { key: 'opened', header: k.column.opened, render: ({ opened_at }) => <When at={opened_at} /> },
    {
      key: 'state',
      header: k.column.state,
      render: (ticket) => (
        <Chip tone={ticket.state === 'open' ? 'warning' : 'neutral'}>
          {ticket.state === 'open' ? k.states.open : k.states.closed}
        </Chip>
      ),
    },
    {
      key: 'assigned',
      header: k.column.assigned,
      render: (ticket) => (
        <With ticket={ticket} mayChange={mayWrite} onAsk={() => setAsked({ what: 'assign', ticket })} />
      ),
    },
    {
      key: 'done',
      header: k.column.done,
      render: (ticket) => {
        const words = ticket.closed ? k.reopen : k.close;
        return (
          <>
            {ticket.closed && <Closing closed={ticket.closed} />}
            {!ticket.closed && ticket.reopened_at !== null && (
              <span className={css.code}>
                {k.reopened} <When at={ticket.reopened_at} />
              </span>
            )}
            {mayWrite ? (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={words.of(ticket.customer_id)}
                onClick={() => setAsked({ what: 'note', ticket })}
              >
                {words.action}
              </Button>
            ) : (
              !ticket.closed && <span className="muted">{k.notYet}</span>
            )}
          </>
        );
      },
    },
  ];
  return (
    <>
      <DataTable label={k.title} columns={columns} rows={tickets} rowKey={({ id }) => id} />
      <Suspense fallback={null}>
        {asked?.what === 'note' && <NoteDialog ticket={asked.ticket} onClose={close} />}
        {asked?.what === 'assign' && <AssignDialog ticket={asked.ticket} onClose={close} />}
      </Suspense>
    </>
  );
}

/** Who looks after it: taken by a press while nobody does, handed on by a question. */
function With({ ticket, mayChange, onAsk }: { ticket: Ticket; mayChange: boolean; onAsk: () => void }) {
  const t = useT();
  const k = t.tickets;
  const me = useMe();
  const queryClient = useQueryClient();
  const take = useMutation({
    mutationFn: () => assignTicket(ticket, me.id),
    onSuccess: () => notify(k.assign.done),
    onError: (error) => {
      const isOvertaken = error instanceof ApiError && (error.status === 412 || error.status === 409);
      notify(isOvertaken ? k.assign.overtaken : errorText(t, error), 'danger');
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['tickets'] }),
  });
  const { assigned, customer_id, state } = ticket;
  return (
    <>
      {assigned && (
        <span className={css.name} translate="no">
          {assigned.name}
        </span>
      )}
      {!assigned && (state === 'closed' || !mayChange) && <span className="muted">{k.with.nobody}</span>}
      {mayChange && state === 'open' && (
        <span className={css.rowTools}>
          {!assigned && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={k.take.of(customer_id)}
              loading={take.isPending}
              onClick={() => take.mutate()}
            >
              {k.take.action}
            </Button>
          )}
          <Button size="compact-sm" variant="default" aria-label={k.assign.of(customer_id)} onClick={onAsk}>
            {k.assign.action}
          </Button>
        </span>
      )}
    </>
  );
}

/** What opened it. A cause that this version does not know is told by its code. */
function Cause({ of: { cause, detail, happened_at } }: { of: Ticket }) {
  const k = useT().tickets;
  const cardName = useCardName();
  const told = detail as { card?: unknown; order_no?: unknown };
  const card = typeof told.card === 'string' ? told.card : null;
  const orderNo = typeof told.order_no === 'string' ? told.order_no : null;
  return (
    <>
      <span className={css.name}>
        {cause === 'usage_card' && card !== null ? k.lowOn(cardName(card)) : <span translate="no">{cause}</span>}
      </span>
      <span className={css.code}>
        {orderNo !== null && <span translate="no">{orderNo} · </span>}
        <When at={happened_at} />
      </span>
    </>
  );
}

function Closing({ closed: { at, by, note } }: { closed: NonNullable<Ticket['closed']> }) {
  return (
    <>
      <span className={css.name} translate="no">
        {note}
      </span>
      <span className={css.code}>
        {by} · <When at={at} />
      </span>
    </>
  );
}
