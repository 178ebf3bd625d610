import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import css from '@/shared/ui/registry.module.css';
import { When } from '@/shared/ui/Values';
import { useCardName } from '@/usageCards/useCardName';
import type { Ticket } from './types';

/** For one in many visits. */
const CloseDialog = lazy(() => import('./CloseDialog').then((module) => ({ default: module.CloseDialog })));

/** Tickets with what opened them, and what was done. */
export function TicketList({ tickets, ofOne }: { tickets: Ticket[]; ofOne?: boolean }) {
  const t = useT();
  const k = t.tickets;
  const can = useCan();
  const [closing, setClosing] = useState<Ticket | null>(null);
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
      key: 'done',
      header: k.column.done,
      render: (ticket) =>
        ticket.closed ? (
          <Closing closed={ticket.closed} />
        ) : can('customers.write') ? (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={k.close.of(ticket.customer_id)}
            onClick={() => setClosing(ticket)}
          >
            {k.close.action}
          </Button>
        ) : (
          <span className="muted">{k.notYet}</span>
        ),
    },
  ];
  return (
    <>
      <DataTable label={k.title} columns={columns} rows={tickets} rowKey={({ id }) => id} />
      <Suspense fallback={null}>
        {closing && <CloseDialog ticket={closing} onClose={() => setClosing(null)} />}
      </Suspense>
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
