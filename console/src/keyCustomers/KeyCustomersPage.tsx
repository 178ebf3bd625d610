import { Button, NativeSelect, SegmentedControl } from '@mantine/core';
import { IconFilterOff, IconHeartHandshake } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan, useMe } from '@/access/me';
import type { Search } from '@/app/search';
import { useCustomerName } from '@/customers/name';
import { isNotBuilt } from '@/segments/api';
import { NotBuilt } from '@/segments/NotBuilt';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { LinkButton } from '@/shared/ui/LinkButton';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import css from '@/shared/ui/registry.module.css';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { KeepPeople } from '@/tags/keep/KeepButton';
import { keyCustomersQuery, promisesQuery, readKeyCustomers } from './api';
import type { ContactPromise, KeyCustomer, KeyCustomersOfOwner } from './types';

/** For one in many visits, both in one part. */
const ContactDialog = lazy(() => import('./dialogs').then((module) => ({ default: module.ContactDialog })));
const HandOverDialog = lazy(() => import('./dialogs').then((module) => ({ default: module.HandOverDialog })));

const STATES = ['all', 'overdue', 'kept'] as const;
const OVERDUE = { all: '', overdue: 'true', kept: 'false' } as const;

/** Whom somebody looks after, and to whom what was promised has not been kept. Segment and filters are in the address. */
export function KeyCustomersPage() {
  const k = useT().keyCustomers;
  const promises = useQuery(promisesQuery);
  const { segment = '' } = useSearch({ strict: false }) as Search;
  useDocumentTitle(k.title);
  return (
    <>
      <PageHeader title={k.title} aside={<Explain name={k.title} definition={k.about} />} />
      <QueryView query={promises} quiet loading={<LoadingBlock lines={4} height={60} />}>
        {({ items }) => {
          const chosen = items.find((one) => one.segment === segment) ?? items[0];
          return chosen ? <View key={chosen.segment} promise={chosen} promises={items} /> : <NoPromise />;
        }}
      </QueryView>
    </>
  );
}

function NoPromise() {
  const t = useT();
  const k = t.keyCustomers;
  const can = useCan();
  return (
    <Panel>
      <StateView
        testId="state-first-use"
        icon={<IconHeartHandshake size={28} stroke={1.5} />}
        title={k.emptyTitle}
        text={can('segments.manage') ? k.emptyText : k.askManager(t.common.rights['segments.manage'])}
      >
        <Button component={Link} to="/segments">
          {k.toSegments}
        </Button>
      </StateView>
    </Panel>
  );
}

function View({ promise, promises }: { promise: ContactPromise; promises: ContactPromise[] }) {
  const k = useT().keyCustomers;
  const fmt = useFmt();
  const me = useMe();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const state = STATES.find((one) => one === search.state) ?? 'all';
  const owner = search.owner ?? '';
  const filter = { owner, overdue: OVERDUE[state] };
  const query = useInfiniteQuery(keyCustomersQuery(promise.segment, filter));
  const go = (next: Search) =>
    navigate({ to: '/key-customers', search: { ...search, ...next }, replace: true, resetScroll: false });
  const byOwner = query.data?.pages[0]?.by_owner ?? [];
  const owners = byOwner.flatMap((one) => (one.owner && one.owner.user_id !== me.id ? [one.owner] : []));
  const ownerName = owner === 'me' ? me.name : (owners.find(({ user_id }) => user_id === owner)?.name ?? owner);
  const people = query.data?.pages.flatMap((page) => page.items);
  return (
    <div className={css.stack}>
      <div className={css.chips}>
        {promises.length > 1 && (
          <NativeSelect
            aria-label={k.segment}
            value={promise.segment}
            onChange={(event) => go({ segment: event.currentTarget.value, owner: '' })}
            data={promises.map(({ segment, segment_name }) => ({ value: segment, label: segment_name }))}
          />
        )}
        <NativeSelect
          aria-label={k.whose}
          value={owner}
          onChange={(event) => go({ owner: event.currentTarget.value })}
          data={[
            { value: '', label: k.with.all },
            { value: 'me', label: k.with.me },
            ...owners.map(({ user_id, name }) => ({ value: user_id, label: name })),
          ]}
        />
        <SegmentedControl
          aria-label={k.column.state}
          value={state}
          onChange={(next) => go({ state: next === 'all' ? '' : next })}
          data={STATES.map((value) => ({ value, label: k.states[value] }))}
        />
      </div>
      <div className={css.chips} data-testid="promise">
        <span className="muted">{k.promised(fmt.count(promise.days))}</span>
        <Link to="/segments/$code" params={{ code: promise.segment }} search={{ tab: 'uses' }} translate="no">
          {promise.segment_name}
        </Link>
      </div>
      {byOwner.length > 0 && <ByOwner of={byOwner} onChoose={(id) => go({ owner: id === me.id ? 'me' : id })} />}
      <Panel
        flush
        title={k.customers}
        testId="key-customers"
        // Without an owner they are a segment already.
        actions={
          owner !== '' &&
          people &&
          people.length > 0 && (
            <KeepPeople
              size="xs"
              list={{
                origin: [k.title, promise.segment_name, ownerName, k.states[state]].join(' · '),
                count: null,
                read: readKeyCustomers(promise.segment, filter),
              }}
            />
          )
        }
      >
        {query.isPending && (
          <div className={css.pad}>
            <LoadingBlock lines={6} height={40} />
          </div>
        )}
        {isNotBuilt(query.error) && !people ? <NotBuilt /> : <PagedError query={query} />}
        {people?.length === 0 &&
          (owner === '' && state === 'all' ? (
            <StateView
              testId="state-nobody"
              icon={<IconHeartHandshake size={28} stroke={1.5} />}
              title={k.nobody}
              text={k.nobodyText}
            />
          ) : (
            <StateView
              testId="state-no-match"
              icon={<IconFilterOff size={28} stroke={1.5} />}
              title={state === 'overdue' ? k.noneOverdue : k.noMatch}
            >
              <Button onClick={() => go({ owner: '', state: '' })}>{k.seeAll}</Button>
            </StateView>
          ))}
        {people && people.length > 0 && (
          <div aria-busy={query.isPlaceholderData || undefined}>
            <List promise={promise} people={people} />
          </div>
        )}
        <LoadMore query={query} />
      </Panel>
    </div>
  );
}

function ByOwner({ of, onChoose }: { of: KeyCustomersOfOwner[]; onChoose: (id: string) => void }) {
  const k = useT().keyCustomers;
  const fmt = useFmt();
  return (
    <Panel title={k.byOwner}>
      <RowTable
        label={k.byOwner}
        testId="by-owner"
        rows={of}
        rowKey={({ owner }) => owner?.user_id ?? ''}
        columns={[
          {
            key: 'owner',
            header: k.column.owner,
            render: ({ owner }) =>
              owner ? (
                <LinkButton label={k.customersOf(owner.name)} onClick={() => onChoose(owner.user_id)}>
                  <span translate="no">{owner.name}</span>
                </LinkButton>
              ) : (
                <span className="muted">{k.with.nobody}</span>
              ),
          },
          { key: 'customers', header: k.column.customers, numeric: true, render: (one) => fmt.count(one.customers) },
          { key: 'overdue', header: k.states.overdue, numeric: true, render: (one) => fmt.count(one.overdue) },
        ]}
      />
    </Panel>
  );
}

function List({ promise, people }: { promise: ContactPromise; people: KeyCustomer[] }) {
  const k = useT().keyCustomers;
  const nameOf = useCustomerName();
  const mayWrite = useCan()('customers.write');
  const [asked, setAsked] = useState<{ what: 'contact' | 'hand-over'; of: KeyCustomer } | null>(null);
  const close = () => setAsked(null);
  const tools: Column<KeyCustomer> = {
    key: 'tools',
    header: k.column.tools,
    render: (one) => (
      <span className={css.rowTools}>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={k.contact.of(nameOf(one.customer))}
          onClick={() => setAsked({ what: 'contact', of: one })}
        >
          {k.contact.action}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={k.handOver.of(nameOf(one.customer))}
          onClick={() => setAsked({ what: 'hand-over', of: one })}
        >
          {k.handOver.action}
        </Button>
      </span>
    ),
  };
  const columns: Column<KeyCustomer>[] = [
    {
      key: 'customer',
      header: k.column.customer,
      always: true,
      render: ({ customer }) => (
        <Link to="/customers/$id" params={{ id: customer.id }}>
          {nameOf(customer)}
        </Link>
      ),
    },
    {
      key: 'owner',
      header: k.column.owner,
      render: ({ owner }) =>
        owner ? <span translate="no">{owner.name}</span> : <span className="muted">{k.with.nobody}</span>,
    },
    { key: 'since', header: k.column.since, render: ({ since }) => since !== null && <When at={since} /> },
    {
      key: 'state',
      header: k.column.state,
      render: ({ is_overdue }) => (
        <Chip tone={is_overdue ? 'warning' : 'neutral'}>{is_overdue ? k.states.overdue : k.states.kept}</Chip>
      ),
    },
    ...(mayWrite ? [tools] : []),
  ];
  return (
    <>
      <DataTable tall label={k.customers} columns={columns} rows={people} rowKey={({ customer }) => customer.id} />
      <Suspense fallback={null}>
        {asked?.what === 'contact' && <ContactDialog customer={asked.of.customer} onClose={close} />}
        {asked?.what === 'hand-over' && <HandOverDialog promise={promise} of={asked.of} onClose={close} />}
      </Suspense>
    </>
  );
}
