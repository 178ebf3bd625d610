import { NativeSelect } from '@mantine/core';
import { IconMoodCheck } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Search } from '@/app/search';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import css from '@/shared/ui/registry.module.css';
import { LoadingBlock, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { cardsQuery, dueQuery } from './api';
import type { DueUsageCard } from './types';
import { useCardName } from './useCardName';

/** Whom to ask now: nothing is sent by itself. */
export function DuePanel() {
  const d = useT().usageCards.due;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const card = search.card ?? '';
  const cards = useQuery(cardsQuery).data?.items.filter((one) => !one.is_archived || one.code === card) ?? [];
  const query = useInfiniteQuery(dueQuery(card));
  const columns = useColumns();
  const rows = query.data?.pages.flatMap((page) => page.items);
  const choose = (next: string) =>
    navigate({ to: '.', search: { ...search, card: next }, replace: true, resetScroll: false });
  return (
    <Panel flush title={d.title} explain={<Explain name={d.title} definition={d.about} />} testId="due-cards">
      <div className={css.tools}>
        <NativeSelect
          aria-label={d.card}
          translate="no"
          value={card}
          onChange={(event) => choose(event.currentTarget.value)}
          data={[{ value: '', label: d.allCards }, ...cards.map((one) => ({ value: one.code, label: one.name }))]}
        />
      </div>
      {query.isPending && (
        <div className={css.pad}>
          <LoadingBlock lines={6} height={40} />
        </div>
      )}
      <PagedError query={query} />
      {rows?.length === 0 && (
        <StateView
          testId="state-nobody-due"
          icon={<IconMoodCheck size={28} stroke={1.5} />}
          title={d.noneTitle}
          text={d.noneText}
        />
      )}
      {rows && rows.length > 0 && (
        <div aria-busy={query.isPlaceholderData || undefined}>
          <DataTable
            tall
            label={d.title}
            columns={columns}
            rows={rows}
            rowKey={(one) => `${one.card} ${one.customer_id} ${one.order_no ?? one.delivered_at}`}
          />
        </div>
      )}
      <LoadMore query={query} />
    </Panel>
  );
}

function useColumns(): Column<DueUsageCard>[] {
  const { column: c, ...d } = useT().usageCards.due;
  const cardName = useCardName();
  return [
    {
      key: 'customer',
      header: c.customer,
      always: true,
      render: ({ customer_id }) => (
        <Link to="/customers/$id" params={{ id: customer_id }} search={{ tab: 'usage' }} className="mono">
          {customer_id}
        </Link>
      ),
    },
    {
      key: 'card',
      header: c.card,
      render: ({ card }) => (
        <span className={css.name} translate="no">
          {cardName(card)}
        </span>
      ),
    },
    {
      key: 'order',
      header: c.order,
      render: ({ order_no }) =>
        order_no === null ? <span className="muted">{d.noOrder}</span> : <span translate="no">{order_no}</span>,
    },
    { key: 'delivered', header: c.delivered, numeric: true, render: ({ delivered_at }) => <When at={delivered_at} /> },
    { key: 'due', header: c.due, numeric: true, render: ({ due_at }) => <When at={due_at} /> },
    { key: 'until', header: c.until, numeric: true, render: ({ open_until }) => <When at={open_until} /> },
  ];
}
