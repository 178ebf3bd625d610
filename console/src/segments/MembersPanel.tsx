import { IconUsers } from '@tabler/icons-react';
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
import { LoadingBlock, StateView } from '@/shared/ui/StateView';
import { DayOf, MoneyText } from '@/shared/ui/Values';
import { KeepPeople } from '@/tags/keep/KeepButton';
import { isNotBuilt, membersQuery, readMembers } from './api';
import { NotBuilt } from './NotBuilt';
import css from './segments.module.css';
import type { Segment } from './types';

/** Who is in it, or was as a day began, page by page, and of each why. */
export function MembersPanel({ segment: { code, name }, at }: { segment: Segment; at?: string }) {
  const p = useT().segments.page;
  const fmt = useFmt();
  const query = useInfiniteQuery(membersQuery(code, at));
  const people = query.data?.pages.flatMap((page) => page.items);
  const columns = useColumns(code);
  return (
    <Panel flush testId="members">
      {at && (
        <div className={css.then}>
          <p className={registry.note} data-testid="members-at">
            {p.at(fmt.daySentence(at))}{' '}
            <Link to="/segments/$code" params={{ code }} resetScroll={false}>
              {p.now}
            </Link>
          </p>
          {people && people.length > 0 && (
            <KeepPeople
              size="xs"
              list={{
                origin: `${name} · ${at}`,
                count: query.data?.pages[0]?.count ?? null,
                read: readMembers(code, at),
              }}
            />
          )}
        </div>
      )}
      {query.isPending && (
        <div className={registry.pad}>
          <LoadingBlock lines={8} height={36} />
        </div>
      )}
      {isNotBuilt(query.error) && !people ? <NotBuilt /> : <PagedError query={query} />}
      {people?.length === 0 && (
        <StateView
          testId="state-nobody"
          icon={<IconUsers size={28} stroke={1.5} />}
          title={at ? p.noMembersThen : p.noMembers}
        />
      )}
      {people && people.length > 0 && (
        <DataTable tall label={p.membersOf(name)} columns={columns} rows={people} rowKey={({ id }) => id} />
      )}
      <LoadMore query={query} />
    </Panel>
  );
}

function useColumns(code: string): Column<CustomerRow>[] {
  const t = useT();
  const { column: c, ...p } = t.segments.page;
  const fmt = useFmt();
  const nameOf = useCustomerName();
  const personal = usePersonal();
  return [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: (row) => (
        <Link to="/customers/$id" params={{ id: row.id }}>
          {nameOf(row)}
        </Link>
      ),
    },
    {
      key: 'identifiers',
      header: c.identifiers,
      render: (row) => (
        <span className="mono">{row.identifiers.map(({ type, value }) => personal(type, value)).join(' · ')}</span>
      ),
    },
    { key: 'orders', header: c.orders, numeric: true, render: (row) => fmt.count(row.orders) },
    { key: 'revenue', header: c.revenue, numeric: true, render: (row) => <MoneyText value={row.revenue} /> },
    { key: 'last', header: c.last, numeric: true, render: (row) => <DayOf at={row.last_purchase_at} /> },
    {
      key: 'lifetime',
      header: t.common.parts.lifetime,
      numeric: true,
      render: (row) => <MoneyText value={row.lifetime_value} />,
    },
    {
      key: 'why',
      header: p.why,
      render: (row) => (
        <Link
          to="/segments/$code"
          params={{ code }}
          search={{ tab: 'why', customer: row.id }}
          aria-label={p.whyOf(nameOf(row))}
          resetScroll={false}
        >
          {p.why}
        </Link>
      ),
    },
  ];
}
