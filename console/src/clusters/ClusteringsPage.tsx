import { Button, Progress } from '@mantine/core';
import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip, type Tone } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { LoadingList, QueryView, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { clusteringsQuery } from './api';
import type { ClusteringHead } from './types';

export const TONES: Record<ClusteringHead['state'], Tone> = {
  queued: 'neutral',
  running: 'info',
  done: 'success',
  failed: 'danger',
  cancelled: 'neutral',
};

/** Who is alike in figures: what was asked for, and how far each is. */
export function ClusteringsPage() {
  const t = useT();
  const c = t.clusters;
  const can = useCan();
  const query = useQuery(clusteringsQuery);
  useDocumentTitle(c.title);
  const mayCreate = can('segments.manage');
  return (
    <>
      <BackNav label={c.segments}>
        <Link to="/segments">← {c.segments}</Link>
      </BackNav>
      <PageHeader
        title={c.title}
        aside={<Explain name={c.title} definition={c.about} />}
        meta={!mayCreate && c.askManager(t.common.rights['segments.manage'])}
        actions={
          mayCreate && (
            <Button
              renderRoot={(props) => <Link {...props} to="/clusters/$id" params={{ id: 'new' }} />}
              leftSection={<IconPlus size={16} />}
            >
              {c.create}
            </Button>
          )
        }
      />
      <Panel flush testId="clusterings">
        <QueryView query={query} quiet loading={<LoadingList />}>
          {({ items }) =>
            items.length === 0 ? (
              <StateView
                testId="state-first-use"
                icon={<IconUsersGroup size={28} stroke={1.5} />}
                title={c.emptyTitle}
                text={c.emptyText}
              />
            ) : (
              <List items={items} />
            )
          }
        </QueryView>
      </Panel>
    </>
  );
}

function List({ items }: { items: ClusteringHead[] }) {
  const c = useT().clusters;
  const fmt = useFmt();
  const columns: Column<ClusteringHead>[] = [
    {
      key: 'name',
      header: c.column.name,
      always: true,
      render: ({ id, name }) => (
        <Link to="/clusters/$id" params={{ id }} className={registry.name} translate="no">
          {name}
        </Link>
      ),
    },
    {
      key: 'state',
      header: c.column.state,
      render: ({ state, progress, name }) => (
        <>
          <Chip tone={TONES[state]}>{c.states[state]}</Chip>
          {state === 'running' && <Progress value={progress * 100} size="sm" mt={4} aria-label={c.progressOf(name)} />}
        </>
      ),
    },
    {
      key: 'features',
      header: c.column.features,
      numeric: true,
      render: ({ features }) => fmt.count(features.length),
    },
    { key: 'method', header: c.column.method, render: ({ method }) => c.methods[method] },
    {
      key: 'created',
      header: c.column.created,
      render: ({ created_at, created_by }) => (
        <>
          <When at={created_at} relative />
          <span className={registry.code} translate="no">
            {created_by}
          </span>
        </>
      ),
    },
  ];
  return <DataTable tall label={c.table} columns={columns} rows={items} rowKey={({ id }) => id} />;
}
