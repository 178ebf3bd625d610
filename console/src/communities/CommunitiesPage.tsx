import { Button } from '@mantine/core';
import { IconMessages, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { LoadingList, QueryView, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { communitiesQuery } from './api';
import type { CommunityItem } from './types';

const NewCommunityDialog = lazy(() =>
  import('./NewCommunityDialog').then((module) => ({ default: module.NewCommunityDialog })),
);

/** Segments that were invited into groups. `?new=` opens the form, of the segment `?segment=` where one is named. */
export function CommunitiesPage() {
  const t = useT();
  const c = t.communities;
  const can = useCan();
  const navigate = useNavigate();
  const { segment = '', new: isNew = '' } = useSearch({ strict: false }) as Search;
  const query = useQuery(communitiesQuery);
  useDocumentTitle(c.title);
  const mayMake = can('segments.manage');
  const create = mayMake && (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => navigate({ to: '/communities', search: { new: '1' }, resetScroll: false })}
    >
      {c.create}
    </Button>
  );
  return (
    <>
      <BackNav label={t.segments.title}>
        <Link to="/segments">← {t.segments.title}</Link>
      </BackNav>
      <PageHeader
        title={c.title}
        aside={<Explain name={c.title} definition={c.about} />}
        meta={!mayMake && c.askManager(t.common.rights['segments.manage'])}
        actions={query.data && query.data.items.length > 0 && create}
      />
      <Panel flush testId="communities">
        <QueryView query={query} quiet loading={<LoadingList />}>
          {({ items }) =>
            items.length === 0 ? (
              <StateView
                testId="state-first-use"
                icon={<IconMessages size={28} stroke={1.5} />}
                title={c.emptyTitle}
                text={c.emptyText}
              >
                {create}
              </StateView>
            ) : (
              <List items={items} />
            )
          }
        </QueryView>
      </Panel>
      <Suspense fallback={null}>
        {mayMake && isNew !== '' && (
          <NewCommunityDialog
            segment={segment}
            onClose={() => navigate({ to: '/communities', search: {}, replace: true, resetScroll: false })}
          />
        )}
      </Suspense>
    </>
  );
}

function List({ items }: { items: CommunityItem[] }) {
  const c = useT().communities;
  const fmt = useFmt();
  const columns: Column<CommunityItem>[] = [
    {
      key: 'name',
      header: c.column.name,
      always: true,
      render: ({ code, name, archived_at }) => (
        <>
          <Link to="/communities/$code" params={{ code }} className={registry.name} translate="no">
            {name}
          </Link>
          <span className={`${registry.code} mono`}>{code}</span>
          {archived_at !== null && <Chip>{c.archived}</Chip>}
        </>
      ),
    },
    {
      key: 'segment',
      header: c.column.segment,
      render: ({ segment, segment_name }) => (
        <Link to="/segments/$code" params={{ code: segment }} translate="no">
          {segment_name}
        </Link>
      ),
    },
    { key: 'groups', header: c.column.groups, numeric: true, render: (one) => fmt.count(one.groups_count) },
    { key: 'size', header: c.column.size, numeric: true, render: (one) => fmt.count(one.size_max) },
    { key: 'created', header: c.column.created, render: ({ created_at }) => <When at={created_at} relative /> },
  ];
  return <DataTable label={c.title} columns={columns} rows={items} rowKey={({ code }) => code} />;
}
