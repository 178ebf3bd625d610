import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { LinkButton } from '@/shared/ui/LinkButton';
import { MoreRows, useFirstRows } from '@/shared/ui/MoreRows';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { Missing, MoneyText, When } from '@/shared/ui/Values';
import { settlementsQuery } from '../api';
import css from '../clerks.module.css';
import type { Settlement } from '../types';
import { NextPanel } from './NextPanel';
import { lastDayBefore, sumOf } from './preview';

/** For one in many visits. */
const SettlementDialog = lazy(() =>
  import('./SettlementDialog').then((module) => ({ default: module.SettlementDialog })),
);

/** The period that is to be closed next, and those that are. Which one is opened is in the address. */
export function SettlementsTab() {
  const s = useT().clerks.settlements;
  const can = useCan();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const query = useQuery(settlementsQuery);
  const open = (id: string | null) =>
    navigate({
      to: '/incentives',
      search: { tab: 'settlements', ...(id === null ? {} : { settlement: id }) },
      replace: id === null,
      resetScroll: false,
    });
  const shown = query.data?.items.find(({ id }) => id === search.settlement);
  return (
    <div className={css.stack}>
      {query.data && <NextPanel settlements={query.data.items} manages={can('stores.manage')} />}
      <Panel flush title={s.title} explain={<Explain name={s.title} definition={s.about} />} testId="settlements">
        <QueryView
          query={query}
          quiet
          loading={
            <div className={css.pad}>
              <LoadingBlock lines={4} height={40} />
            </div>
          }
        >
          {({ items }) =>
            items.length === 0 ? <p className={css.none}>{s.nothing}</p> : <Table settlements={items} onOpen={open} />
          }
        </QueryView>
      </Panel>
      <Suspense fallback={null}>{shown && <SettlementDialog settlement={shown} onClose={() => open(null)} />}</Suspense>
    </div>
  );
}

/** The days of a period, as they are called: the first one has no beginning. */
export function useSpanText(): (settlement: Settlement) => string {
  const s = useT().clerks.settlements;
  const fmt = useFmt();
  return ({ from, until }) => {
    const last = lastDayBefore(until, fmt.day);
    return from === null ? s.through(last) : s.span(fmt.day(from), last);
  };
}

function Table({ settlements, onOpen }: { settlements: Settlement[]; onOpen: (id: string) => void }) {
  const s = useT().clerks.settlements;
  const fmt = useFmt();
  const spanOf = useSpanText();
  const { shown, hidden, more } = useFirstRows(settlements);
  const columns: Column<Settlement>[] = [
    {
      key: 'period',
      header: s.period,
      always: true,
      render: (one) => (
        <LinkButton label={s.open(spanOf(one))} onClick={() => onOpen(one.id)}>
          {spanOf(one)}
        </LinkButton>
      ),
    },
    {
      key: 'amount',
      header: s.amount,
      numeric: true,
      render: ({ clerks }) => {
        const sum = sumOf(clerks);
        return sum ? <MoneyText value={sum} /> : <Missing reason={s.nobody} />;
      },
    },
    { key: 'clerks', header: s.clerks, numeric: true, render: ({ clerks }) => fmt.count(clerks.length) },
    { key: 'at', header: s.closedAt, numeric: true, render: ({ closed_at }) => <When at={closed_at} /> },
  ];
  return (
    <>
      <DataTable label={s.title} columns={columns} rows={shown} rowKey={({ id }) => id} />
      <MoreRows hidden={hidden} onMore={more} />
    </>
  );
}
