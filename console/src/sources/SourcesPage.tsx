import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlugConnected } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import type { SourceItem, SourceWithKey } from '@/shared/api/types';
import { type Fmt, useFmt } from '@/shared/fmt';
import { lookup, type Messages, useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { sourcesQuery } from './api';
import { SourceStateChip } from './SourceState';
import { rateText } from './sourceForm';
import css from './sources.module.css';

/** For one in many visits. */
const SourceDialog = lazy(() => import('./SourceDialog').then((module) => ({ default: module.SourceDialog })));
const KeyDialog = lazy(() => import('./KeyDialog').then((module) => ({ default: module.KeyDialog })));

export function SourcesPage() {
  const t = useT();
  const s = t.sources;
  const fmt = useFmt();
  const can = useCan();
  const navigate = useNavigate();
  const query = useQuery(sourcesQuery);
  const [opened, dialog] = useDisclosure(false);
  const [created, setCreated] = useState<SourceWithKey | null>(null);
  useDocumentTitle(s.title);
  const toPage = (id: string) => navigate({ to: '/sources/$id', params: { id } });
  const onCreated = (made: SourceWithKey) => {
    if (made.write_key) return setCreated(made);
    notify(s.key.missing, 'danger');
    toPage(made.source.id);
  };
  const create = can('sources.manage') && (
    <Button leftSection={<IconPlugConnected size={16} />} onClick={dialog.open}>
      {s.create}
    </Button>
  );
  return (
    <>
      <PageHeader title={s.title} actions={query.data && query.data.items.length > 0 && create} />
      <QueryView query={query} quiet loading={<LoadingBlock lines={6} height={40} />}>
        {({ items }) =>
          items.length === 0 ? (
            <Panel>
              <StateView
                testId="state-first-use"
                icon={<IconPlugConnected size={28} stroke={1.5} />}
                title={s.emptyTitle}
                text={create ? s.emptyText : `${s.emptyText} ${s.askManager(t.common.rights['sources.manage'])}`}
              >
                {create}
              </StateView>
            </Panel>
          ) : (
            <Panel flush>
              <DataTable label={s.table} columns={columnsOf(t, fmt)} rows={items} rowKey={({ source }) => source.id} />
            </Panel>
          )
        }
      </QueryView>
      <Suspense fallback={null}>
        {opened && <SourceDialog onClose={dialog.close} onCreated={onCreated} />}
        {created?.write_key && (
          <KeyDialog
            title={s.key.createdTitle}
            source={created.source}
            writeKey={created.write_key}
            onClose={() => toPage(created.source.id)}
          />
        )}
      </Suspense>
    </>
  );
}

function columnsOf(t: Messages, fmt: Fmt): Column<SourceItem>[] {
  const { column: c, ...s } = t.sources;
  return [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: ({ source }) => (
        <Link to="/sources/$id" params={{ id: source.id }}>
          {source.name}
        </Link>
      ),
    },
    {
      key: 'kind',
      header: c.kind,
      render: ({ source }) => <span className={css.nowrap}>{lookup(s.kinds, source.kind)}</span>,
    },
    { key: 'state', header: c.state, render: ({ source }) => <SourceStateChip state={source.state} /> },
    {
      key: 'last',
      header: c.last,
      numeric: true,
      render: ({ totals }) =>
        totals.last_at ? <When at={totals.last_at} relative /> : <span className="muted">{s.nothingYet}</span>,
    },
    {
      key: 'accepted',
      header: c.accepted,
      numeric: true,
      render: ({ totals }) => fmt.count(totals.accepted),
    },
    {
      key: 'duplicates',
      header: c.duplicates,
      numeric: true,
      render: ({ totals }) => fmt.count(totals.duplicates),
    },
    {
      key: 'refused',
      header: c.refused,
      numeric: true,
      render: ({ source, totals }) =>
        totals.refused === 0 ? (
          '0'
        ) : (
          <Link
            to="/sources/$id"
            params={{ id: source.id }}
            search={{ outcome: 'refused' }}
            aria-label={s.seeRefused(source.name, fmt.count(totals.refused))}
          >
            {fmt.count(totals.refused)}
          </Link>
        ),
    },
    {
      key: 'rate_limit',
      header: c.rateLimit,
      numeric: true,
      render: ({ source }) => rateText(t, fmt, source.rate_limit),
    },
    {
      key: 'key',
      header: c.key,
      render: ({ source }) => <span className="mono">…{source.write_key_ending}</span>,
    },
  ];
}
