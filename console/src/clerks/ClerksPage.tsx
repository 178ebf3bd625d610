import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconId, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { thisMonth } from '@/clerk/months';
import { useFmt } from '@/shared/fmt';
import { useT, withWords } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { MoreRows, useFirstRows } from '@/shared/ui/MoreRows';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { DayOf, Missing, MoneyText } from '@/shared/ui/Values';
import { useTree } from '@/stores/useTree';
import { clerksQuery, rankingQuery } from './api';
import { assignmentNow } from './assignments';
import css from './clerks.module.css';
import { StoreName, useStoreNames } from './StoreName';
import type { Clerk } from './types';

/** For one in many visits. */
const AddClerkDialog = lazy(() =>
  withWords(['settings', 'team'], import('./AddClerkDialog')).then((module) => ({ default: module.AddClerkDialog })),
);

const WHERE = ['all', 'in_store', 'in_none'] as const;
type Where = (typeof WHERE)[number];

/** All clerks, with where each works now and what each did this month. */
export function ClerksPage() {
  const t = useT();
  const { count } = useFmt();
  const c = t.clerks;
  const can = useCan();
  useDocumentTitle(c.title);
  const query = useQuery(clerksQuery);
  const tree = useTree();
  const [adding, setAdding] = useState(false);
  const items = query.data?.items;
  const add = can('stores.manage') && (
    <Button leftSection={<IconId size={16} />} onClick={() => setAdding(true)}>
      {c.add.action}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={c.title}
        aside={<Explain name={c.title} definition={c.about} />}
        meta={items && items.length > 0 && <span>{c.count(count(items.length))}</span>}
        actions={items && items.length > 0 && add}
      />
      <QueryView query={query} loading={<LoadingBlock lines={8} height={40} />}>
        {(data) => (data.items.length === 0 ? <FirstUse add={add} /> : <ListPanel clerks={data.items} />)}
      </QueryView>
      <Suspense fallback={null}>
        {adding && tree && items && <AddClerkDialog clerks={items} tree={tree} onClose={() => setAdding(false)} />}
      </Suspense>
    </>
  );
}

function FirstUse({ add }: { add: ReactNode }) {
  const t = useT();
  const c = t.clerks;
  return (
    <Panel>
      <StateView
        testId="state-first-use"
        icon={<IconId size={28} stroke={1.5} />}
        title={c.emptyTitle}
        text={add ? c.emptyText : `${c.emptyText} ${c.askManager(t.common.rights['stores.manage'])}`}
      >
        {add}
      </StateView>
    </Panel>
  );
}

/** What is looked for and where they work are in the address. */
function ListPanel({ clerks }: { clerks: Clerk[] }) {
  const c = useT().clerks;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const text = search.search ?? '';
  const where: Where = WHERE.find((one) => one === search.where) ?? 'all';
  const nameOfStore = useStoreNames();
  const wanted = text.trim().toLowerCase();
  const rows = clerks.filter((clerk) => {
    const now = assignmentNow(clerk);
    if (where !== 'all' && (now !== null) !== (where === 'in_store')) return false;
    return `${clerk.name} ${clerk.code} ${now ? nameOfStore(now.store) : ''}`.toLowerCase().includes(wanted);
  });
  const { shown, hidden, more } = useFirstRows(rows);
  const columns = useColumns();
  const go = (next: Search) => navigate({ to: '/clerks', search: next, replace: true, resetScroll: false });
  const searchOf = (to: { text?: string; where?: Where }): Search => {
    const [nextText, nextWhere] = [to.text ?? text, to.where ?? where];
    return { ...(nextText ? { search: nextText } : {}), ...(nextWhere === 'all' ? {} : { where: nextWhere }) };
  };
  return (
    <Panel flush title={c.list} testId="clerks">
      <div className={css.tools}>
        <TextInput
          className={css.search}
          type="search"
          aria-label={c.search}
          placeholder={c.search}
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => go(searchOf({ text: event.currentTarget.value }))}
          data-search-field
        />
        <SegmentedControl
          aria-label={c.where.label}
          value={where}
          onChange={(next) => go(searchOf({ where: next as Where }))}
          data={WHERE.map((value) => ({ value, label: c.where[value] }))}
        />
      </div>
      {rows.length === 0 ? (
        <StateView testId="state-no-match" title={c.noMatch}>
          <Button variant="default" onClick={() => go({})}>
            {c.clearSearch}
          </Button>
        </StateView>
      ) : (
        <DataTable label={c.list} columns={columns} rows={shown} rowKey={({ id }) => id} compact tall />
      )}
      <MoreRows hidden={hidden} onMore={more} />
    </Panel>
  );
}

function useColumns(): Column<Clerk>[] {
  const t = useT();
  const fmt = useFmt();
  const c = t.clerks.column;
  const { from, to } = thisMonth(fmt.day(new Date().toISOString()));
  const ranking = useQuery(rankingQuery(from, to)).data?.items;
  const rowOf = ({ id }: Clerk) => ranking?.find(({ clerk_id }) => clerk_id === id);
  return [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: (clerk) => (
        <Link to="/clerks/$id" params={{ id: clerk.id }} translate="no">
          {clerk.name}
        </Link>
      ),
    },
    {
      key: 'store',
      header: c.store,
      render: (clerk) => {
        const now = assignmentNow(clerk);
        return now ? <StoreName id={now.store} /> : <span className="muted">{t.clerks.noStore}</span>;
      },
    },
    {
      key: 'since',
      header: c.since,
      numeric: true,
      render: (clerk) => {
        const now = assignmentNow(clerk);
        return now ? <DayOf at={now.from} /> : <Missing reason={t.clerks.noStore} />;
      },
    },
    {
      key: 'code',
      header: c.code,
      render: ({ code }) => (
        <span className="mono" translate="no">
          {code}
        </span>
      ),
    },
    {
      key: 'sign_ups',
      header: c.signUps,
      numeric: true,
      render: (clerk) => {
        const row = rowOf(clerk);
        return row ? fmt.count(row.sign_ups) : <Missing />;
      },
    },
    { key: 'earned', header: c.earned, numeric: true, render: (clerk) => <MoneyText value={rowOf(clerk)?.earned} /> },
  ];
}
