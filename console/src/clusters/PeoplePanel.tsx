import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCustomerName } from '@/customers/name';
import type { CustomerRow } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { LoadingBlock } from '@/shared/ui/StateView';
import { DayOf, MoneyText } from '@/shared/ui/Values';
import { KeepPeople } from '@/tags/keep/KeepButton';
import { peopleQuery, readPeople } from './api';
import css from './clusters.module.css';
import { nameOf } from './figures';
import type { Cluster } from './types';

/** Who is in a cluster, page by page. */
export function PeoplePanel({ of, cluster }: { of: string; cluster: Cluster }) {
  const t = useT();
  const c = t.clusters;
  const fmt = useFmt();
  const nameOfCustomer = useCustomerName();
  const personal = usePersonal();
  const query = useInfiniteQuery(peopleQuery(cluster.id));
  const people = query.data?.pages.flatMap((page) => page.items);
  const title = c.peopleOf(nameOf(cluster, c.unnamed));
  const columns: Column<CustomerRow>[] = [
    {
      key: 'name',
      header: c.person.name,
      always: true,
      render: (row) => (
        <Link to="/customers/$id" params={{ id: row.id }} className={css.person}>
          {nameOfCustomer(row)}
        </Link>
      ),
    },
    {
      key: 'identifiers',
      header: c.person.identifiers,
      render: (row) => (
        <span className="mono">{row.identifiers.map(({ type, value }) => personal(type, value)).join(' · ')}</span>
      ),
    },
    { key: 'orders', header: c.person.orders, numeric: true, render: (row) => fmt.count(row.orders) },
    { key: 'revenue', header: c.person.revenue, numeric: true, render: (row) => <MoneyText value={row.revenue} /> },
    { key: 'last', header: c.person.last, numeric: true, render: (row) => <DayOf at={row.last_purchase_at} /> },
  ];
  return (
    <Panel
      title={title}
      flush
      testId="cluster-people"
      actions={
        people &&
        people.length > 0 && (
          <KeepPeople size="xs" list={{ origin: `${of} · ${title}`, count: null, read: readPeople(cluster.id) }} />
        )
      }
    >
      {query.isPending && (
        <div className={registry.pad}>
          <LoadingBlock lines={8} height={36} />
        </div>
      )}
      <PagedError query={query} />
      {people?.length === 0 && <p className={registry.none}>{c.nobody}</p>}
      {people && people.length > 0 && (
        <DataTable tall label={title} columns={columns} rows={people} rowKey={({ id }) => id} />
      )}
      <LoadMore query={query} />
    </Panel>
  );
}
