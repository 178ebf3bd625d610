import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { thisMonth } from '@/clerk/months';
import { clerksQuery, rankingQuery } from '@/clerks/api';
import { clerksByStore, formerIn } from '@/clerks/assignments';
import { soldBy } from '@/clerks/sales';
import type { Assignment, Clerk } from '@/clerks/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { MoreRows, useFirstRows } from '@/shared/ui/MoreRows';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { DayOf, Missing, MoneyText } from '@/shared/ui/Values';
import css from './stores.module.css';
import { type Node, storesBelow } from './tree';

interface Row {
  clerk: Clerk;
  assignment: Assignment;
  /** Where the clerk works. */
  store: Node;
}

/** Who works in a store or below a region, with what they sold there this month; of a store also who did before. */
export function ClerksPanel({ node }: { node: Node }) {
  const { clerksPanel: c } = useT().stores;
  const query = useQuery(clerksQuery);
  return (
    <Panel flush title={c.title} explain={<Explain name={c.title} definition={c.about} />} testId="place-clerks-list">
      <QueryView
        query={query}
        quiet
        loading={
          <div className={css.pad}>
            <LoadingBlock lines={3} height={36} />
          </div>
        }
      >
        {({ items }) => <Lists node={node} clerks={items} />}
      </QueryView>
    </Panel>
  );
}

function Lists({ node, clerks }: { node: Node; clerks: Clerk[] }) {
  const { clerksPanel: c } = useT().stores;
  const byStore = clerksByStore(clerks);
  const rows: Row[] = storesBelow(node).flatMap((store) =>
    (byStore.get(store.place.id) ?? []).flatMap((clerk) => {
      const assignment = clerk.assignments.at(-1);
      return assignment ? [{ clerk, assignment, store }] : [];
    }),
  );
  const former = node.place.kind === 'store' ? formerIn(clerks, node.place.id) : [];
  return (
    <>
      {rows.length === 0 ? (
        <p className={css.none}>
          {c.nobody} <Link to="/clerks">{c.toClerks}</Link>
        </p>
      ) : (
        <Working rows={rows} withStore={node.place.kind === 'region'} />
      )}
      {former.length > 0 && <Former rows={former} />}
    </>
  );
}

function Working({ rows, withStore }: { rows: Row[]; withStore: boolean }) {
  const t = useT();
  const fmt = useFmt();
  const { clerksPanel: c, column } = t.stores;
  const { from, to } = thisMonth(fmt.day(new Date().toISOString()));
  const ranking = useQuery(rankingQuery(from, to)).data?.items;
  const { shown, hidden, more } = useFirstRows(rows);
  const soldHere = ({ clerk, store }: Row) => {
    const row = ranking?.find(({ clerk_id }) => clerk_id === clerk.id);
    return row && soldBy(row, store.place.id);
  };
  const columns: Column<Row>[] = [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: ({ clerk }) => (
        <Link to="/clerks/$id" params={{ id: clerk.id }} translate="no">
          {clerk.name}
        </Link>
      ),
    },
    ...(withStore
      ? [
          {
            key: 'store',
            header: c.store,
            render: ({ store }: Row) => (
              <Link to="/stores/$id" params={{ id: store.place.id }} translate="no">
                {store.place.name}
              </Link>
            ),
          },
        ]
      : []),
    { key: 'since', header: c.since, numeric: true, render: ({ assignment }) => <DayOf at={assignment.from} /> },
    {
      key: 'orders',
      header: c.orders,
      numeric: true,
      render: (row) => {
        const sold = soldHere(row);
        return sold ? fmt.count(sold.orders) : <Missing />;
      },
    },
    { key: 'net', header: c.net, numeric: true, render: (row) => <MoneyText value={soldHere(row)?.net} /> },
  ];
  return (
    <>
      <DataTable label={column.clerks} columns={columns} rows={shown} rowKey={({ clerk }) => clerk.id} compact tall />
      <MoreRows hidden={hidden} onMore={more} />
    </>
  );
}

function Former({ rows }: { rows: { clerk: Clerk; assignment: Assignment }[] }) {
  const { clerksPanel: c } = useT().stores;
  const { shown, hidden, more } = useFirstRows(rows);
  const columns: Column<(typeof rows)[number]>[] = [
    {
      key: 'name',
      header: c.former,
      always: true,
      render: ({ clerk }) => (
        <Link to="/clerks/$id" params={{ id: clerk.id }} translate="no">
          {clerk.name}
        </Link>
      ),
    },
    { key: 'from', header: c.from, numeric: true, render: ({ assignment }) => <DayOf at={assignment.from} /> },
    { key: 'to', header: c.to, numeric: true, render: ({ assignment }) => <DayOf at={assignment.to} /> },
  ];
  return (
    <div className={css.former} data-testid="former-clerks">
      <DataTable
        label={c.former}
        columns={columns}
        rows={shown}
        rowKey={({ clerk, assignment }) => `${clerk.id} ${assignment.from}`}
        compact
      />
      <MoreRows hidden={hidden} onMore={more} />
    </div>
  );
}
