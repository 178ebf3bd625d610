import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCustomerName } from '@/customers/name';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { LoadingBlock } from '@/shared/ui/StateView';
import { MoneyText } from '@/shared/ui/Values';
import { isNotBuilt } from '../api';
import { NotBuilt } from '../NotBuilt';
import type { PeoplePage } from '../types';
import css from './insight.module.css';

interface Props {
  query: UseInfiniteQueryResult<InfiniteData<PeoplePage>>;
  /** Above them. */
  children?: ReactNode;
}

/** People, page by page, and how many they are. */
export function PeopleList({ query, children }: Props) {
  const p = useT().segmentInsight.people;
  const fmt = useFmt();
  const nameOf = useCustomerName();
  const people = query.data?.pages.flatMap((page) => page.items);
  const count = query.data?.pages[0]?.count;
  return (
    <div className={css.stack} data-testid="people" data-count={count}>
      {children}
      {count !== undefined && <p>{p.count(fmt.count(count))}</p>}
      {query.isPending && <LoadingBlock lines={6} height={32} />}
      {isNotBuilt(query.error) && !people ? <NotBuilt /> : <PagedError query={query} />}
      {people && people.length > 0 && (
        <ul className={css.people}>
          {people.map((row) => (
            <li key={row.id}>
              <Link to="/customers/$id" params={{ id: row.id }}>
                {nameOf(row)}
              </Link>
              <span className="muted">
                {p.orders(fmt.count(row.orders))} · <MoneyText value={row.revenue} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <LoadMore query={query} />
    </div>
  );
}
