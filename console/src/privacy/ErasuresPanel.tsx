import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { LinkButton } from '@/shared/ui/LinkButton';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { erasuresQuery } from './api';
import { ErasureStateChip } from './ErasureState';
import { removedByPlace } from './places';
import css from './privacy.module.css';
import { ReceiptButton } from './ReceiptButton';
import type { Erasure } from './types';

const ErasureDialog = lazy(() => import('./ErasureDialog').then((module) => ({ default: module.ErasureDialog })));

/** Who was erased, the newest first. The one that is looked at is in the address. */
export function ErasuresPanel() {
  const e = useT().privacy.erasures;
  const { erasure: opened } = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const query = useInfiniteQuery(erasuresQuery);
  const rows = query.data?.pages.flatMap((page) => page.items);
  const open = (id: string | null) =>
    navigate({
      to: '/settings/$section',
      params: { section: 'privacy' },
      search: id ? { erasure: id } : {},
      resetScroll: false,
    });
  const columns = useColumns(open);
  return (
    <Panel flush title={e.title} explain={<Explain name={e.title} definition={e.about} />} testId="erasures">
      {query.isPending && (
        <div className={css.pad}>
          <LoadingBlock lines={4} height={40} />
        </div>
      )}
      <PagedError query={query} />
      {rows?.length === 0 && <StateView testId="state-no-erasures" title={e.emptyTitle} text={e.emptyText} />}
      {rows && rows.length > 0 && <DataTable label={e.title} columns={columns} rows={rows} rowKey={({ id }) => id} />}
      <LoadMore query={query} />
      <Suspense fallback={null}>{opened && <ErasureDialog id={opened} onClose={() => open(null)} />}</Suspense>
    </Panel>
  );
}

function useColumns(onOpen: (id: string) => void): Column<Erasure>[] {
  const t = useT();
  const fmt = useFmt();
  const e = t.privacy.erasures;
  return [
    {
      key: 'customer',
      header: e.customer,
      always: true,
      render: (erasure) => (
        <LinkButton label={e.open(erasure.customer)} onClick={() => onOpen(erasure.id)}>
          <span className="mono">{erasure.customer}</span>
        </LinkButton>
      ),
    },
    { key: 'state', header: e.state, render: (erasure) => <ErasureStateChip erasure={erasure} /> },
    { key: 'at', header: e.requestedAt, numeric: true, render: ({ requested_at }) => <When at={requested_at} /> },
    {
      key: 'finished',
      header: e.finishedAt,
      numeric: true,
      render: ({ finished_at, deadline_at }) =>
        finished_at ? <When at={finished_at} /> : <span className="muted">{e.by(fmt.listTime(deadline_at))}</span>,
    },
    {
      key: 'removed',
      header: e.removed,
      numeric: true,
      render: ({ removed }) => fmt.count(removedByPlace(removed).reduce((sum, { count }) => sum + count, 0)),
    },
    {
      key: 'reason',
      header: e.reason,
      render: ({ reason }) => (
        <span className={css.reason} translate="no">
          {reason}
        </span>
      ),
    },
    { key: 'who', header: e.requestedBy, render: ({ requested_by }) => <span translate="no">{requested_by}</span> },
    {
      key: 'receipt',
      header: '',
      numeric: true,
      render: (erasure) => <ReceiptButton erasure={erasure} size="compact-sm" />,
    },
  ];
}
