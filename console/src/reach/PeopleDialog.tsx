import { Modal } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { lookup, useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import dialog from '@/shared/ui/dialog.module.css';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import registry from '@/shared/ui/registry.module.css';
import { LoadingBlock } from '@/shared/ui/StateView';
import { KeepButton, KeepDialog } from '@/tags/keep/KeepButton';
import { type PeopleOf, peopleQuery, readPeople } from './api';
import type { ReachPerson } from './types';

/** The customers behind a figure, page by page. */
export function PeopleDialog({ of, onClose }: { of: PeopleOf; onClose: () => void }) {
  const t = useT();
  const p = t.reach.people;
  const query = useInfiniteQuery(peopleQuery(of));
  const [isKeeping, setKeeping] = useState(false);
  const people = query.data?.pages.flatMap((page) => page.items);
  const columns: Column<ReachPerson>[] = [
    {
      key: 'customer',
      header: p.customer,
      always: true,
      render: ({ customer_id, name }) => (
        <Link to="/customers/$id" params={{ id: customer_id }}>
          {name ? <span translate="no">{name}</span> : <span className="mono">{customer_id}</span>}
        </Link>
      ),
    },
  ];
  if (of.placed)
    columns.push({
      key: 'origin',
      header: p.origin,
      render: ({ origin }) => (origin === null ? p.unknown : lookup(t.reach.coverage.originNames, origin)),
    });
  if (isKeeping) {
    // How many they are is not told with the list, and a figure may count clicks.
    const list = { origin: originOf(t.reach.title, of), count: null, read: readPeople(of) };
    return (
      <Suspense fallback={null}>
        <KeepDialog list={list} onClose={() => setKeeping(false)} />
      </Suspense>
    );
  }
  return (
    <Modal opened onClose={onClose} title={of.title} size="lg" closeButtonProps={{ 'aria-label': t.common.close }}>
      <div data-testid="people">
        <p className={registry.none}>{p.note}</p>
        {query.isPending && <LoadingBlock lines={6} height={40} />}
        <PagedError query={query} />
        {people?.length === 0 && <p className={registry.none}>{p.none}</p>}
        {people && people.length > 0 && (
          <DataTable label={of.title} columns={columns} rows={people} rowKey={({ customer_id }) => customer_id} />
        )}
        <LoadMore query={query} />
      </div>
      {people && people.length > 0 && (
        <div className={dialog.foot}>
          <KeepButton onPress={() => setKeeping(true)} />
        </div>
      )}
    </Modal>
  );
}

function originOf(page: string, { title, query: { from, to } }: PeopleOf): string {
  return [page, title, from && to && `${from} – ${to}`].filter(Boolean).join(' · ');
}
