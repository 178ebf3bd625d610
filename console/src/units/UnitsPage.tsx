import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilterOff, IconPackages } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { CodesTabs } from '@/codes/CodesTabs';
import { StateChip } from '@/codes/parts';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { pageOf } from '@/shared/ui/Pager';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import { SearchField } from '@/shared/ui/SearchField';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import { batchesQuery } from './api';
import { matching, shareText } from './batchForm';
import type { UnitBatchItem, UnitBatchWithCodes } from './types';
import css from './units.module.css';

/** For one in many visits. */
const BatchDialog = lazy(() => import('./BatchDialog').then((one) => ({ default: one.BatchDialog })));
const CodesOnceDialog = lazy(() => import('./CodesOnceDialog').then((one) => ({ default: one.CodesOnceDialog })));

/** Batches of packages, each package with a code of its own, and how many of them were claimed. */
export function UnitsPage() {
  const t = useT();
  const u = t.units;
  const can = useCan();
  const navigate = useNavigate();
  const query = useQuery(batchesQuery);
  const [opened, dialog] = useDisclosure(false);
  const [made, setMade] = useState<UnitBatchWithCodes | null>(null);
  useDocumentTitle(u.title);
  const create = can('touch_points.manage') && (
    <Button leftSection={<IconPackages size={16} />} onClick={dialog.open}>
      {u.create}
    </Button>
  );
  return (
    <>
      <PageHeader title={u.title} actions={query.data && query.data.length > 0 && create} />
      <CodesTabs />
      <QueryView query={query} quiet loading={<LoadingBlock lines={6} height={40} />}>
        {(items) =>
          items.length === 0 ? (
            <Panel>
              <StateView
                testId="state-first-use"
                icon={<IconPackages size={28} stroke={1.5} />}
                title={u.emptyTitle}
                text={create ? u.emptyText : `${u.emptyText} ${u.askManager(t.common.rights['touch_points.manage'])}`}
              >
                {create}
              </StateView>
            </Panel>
          ) : (
            <List items={items} />
          )
        }
      </QueryView>
      <Suspense fallback={null}>
        {opened && <BatchDialog onClose={dialog.close} onCreated={setMade} />}
        {made && (
          <CodesOnceDialog
            made={made}
            onClose={() => {
              setMade(null);
              navigate({ to: '/codes/units/$id', params: { id: made.batch.id } });
            }}
          />
        )}
      </Suspense>
    </>
  );
}

function List({ items }: { items: UnitBatchItem[] }) {
  const t = useT();
  const u = t.units;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const columns = useColumns();
  const text = search.search ?? '';
  // The newest first: whoever comes back looks for what was made last.
  const found = matching(items, text).reverse();
  const go = (next: Search) => navigate({ to: '/codes/units', search: next, replace: true, resetScroll: false });
  const turn = (to: number) => go({ ...(text ? { search: text } : {}), ...(to > 1 ? { page: String(to) } : {}) });
  const { rows, pager } = pageOf(found, Math.max(1, Number(search.page) || 1), turn);
  const file = () => ({
    name: 'unit-batches.csv',
    columns: [
      'id',
      u.column.product,
      u.column.sku,
      u.column.batchNo,
      u.column.units,
      u.column.claimed,
      u.column.used,
      u.column.paused,
      u.column.created,
    ],
    rows: found.map(({ batch, ...counts }) => [
      batch.id,
      batch.product,
      batch.sku,
      batch.batch_no,
      batch.units,
      counts.claimed,
      counts.already_used,
      counts.scanned_while_paused,
      batch.created_at,
    ]),
  });
  return (
    <div className={css.stack}>
      <div className={css.bar}>
        <SearchField
          label={u.search}
          placeholder={u.searchPlaceholder}
          value={text}
          onChange={(next) => go(next ? { search: next } : {})}
        />
        <DownloadCsv title={u.title} file={file} />
      </div>
      <Panel flush testId="unit-batches">
        {found.length === 0 ? (
          <StateView
            testId="state-no-match"
            icon={<IconFilterOff size={28} stroke={1.5} />}
            title={u.noMatchTitle}
            text={u.noMatchText}
          >
            <Button onClick={() => go({})}>{u.clear}</Button>
          </StateView>
        ) : (
          <>
            <DataTable tall label={u.table} columns={columns} rows={rows} rowKey={({ batch }) => batch.id} />
            {pager}
          </>
        )}
      </Panel>
    </div>
  );
}

function useColumns(): Column<UnitBatchItem>[] {
  const t = useT();
  const fmt = useFmt();
  const { nameOf } = useTouchPoints();
  const { column: c, ...u } = t.units;
  return [
    {
      key: 'product',
      header: c.product,
      always: true,
      render: ({ batch }) => (
        <Link to="/codes/units/$id" params={{ id: batch.id }} translate="no">
          {batch.product}
        </Link>
      ),
    },
    { key: 'sku', header: c.sku, render: ({ batch }) => <span translate="no">{batch.sku}</span> },
    { key: 'batch_no', header: c.batchNo, render: ({ batch }) => <span translate="no">{batch.batch_no}</span> },
    { key: 'state', header: c.state, render: ({ batch }) => <StateChip state={batch.state} /> },
    {
      key: 'touch_point',
      header: c.touchPoint,
      render: ({ batch }) => <span translate="no">{nameOf(batch.touch_point)}</span>,
    },
    { key: 'units', header: c.units, numeric: true, render: ({ batch }) => fmt.count(batch.units) },
    {
      key: 'claimed',
      header: c.claimed,
      numeric: true,
      render: ({ batch, claimed }) => (
        <>
          {fmt.count(claimed)} <span className="muted">{shareText(fmt, claimed, batch.units)}</span>
        </>
      ),
    },
    { key: 'used', header: c.used, numeric: true, render: ({ already_used: used }) => fmt.count(used) },
    {
      key: 'paused',
      header: c.paused,
      numeric: true,
      render: ({ scanned_while_paused: count }) => fmt.count(count),
    },
    {
      key: 'reward',
      header: c.reward,
      render: ({ batch }) => (
        <span translate="no">{u.rewardOf(batch.reward_name, fmt.count(batch.reward_amount))}</span>
      ),
    },
    { key: 'created', header: c.created, numeric: true, render: ({ batch }) => <When at={batch.created_at} /> },
  ];
}
