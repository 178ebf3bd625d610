import { IconLayoutGrid } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { ListPanel } from '@/shared/ui/ListPanel';
import { BackNav, PageHeader } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { LoadingBlock } from '@/shared/ui/StateView';
import tabs from '@/shared/ui/tabs.module.css';
import { When } from '@/shared/ui/Values';
import { matricesQuery } from './api';
import type { MatrixItem } from './types';

const NewMatrixDialog = lazy(() => import('./NewMatrixDialog').then((module) => ({ default: module.NewMatrixDialog })));
const PrioritiesTab = lazy(() =>
  import('./priorities/PrioritiesTab').then((module) => ({ default: module.PrioritiesTab })),
);

const TABS = ['contents', 'priorities'] as const;

/** Which content stages of a layer may see, and which of several plans a customer gets. */
export function MatricesPage() {
  const t = useT();
  const m = t.matrices;
  const can = useCan();
  const search = useSearch({ strict: false }) as Search;
  const tab = TABS.find((one) => one === search.tab) ?? 'contents';
  useDocumentTitle(`${m.tabs[tab]} · ${m.title}`);
  return (
    <>
      <BackNav label={m.layers}>
        <Link to="/layers">← {m.layers}</Link>
      </BackNav>
      <PageHeader
        title={m.title}
        aside={<Explain name={m.title} definition={m.about} />}
        meta={!can('segments.manage') && m.askManager(t.common.rights['segments.manage'])}
      />
      <nav aria-label={m.title} className={`${tabs.tabs} ${tabs.apart}`}>
        {TABS.map((one) => (
          <Link
            key={one}
            to="/matrices"
            search={one === 'contents' ? {} : { tab: one }}
            className={tabs.tab}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={one === tab ? 'page' : undefined}
            resetScroll={false}
          >
            {m.tabs[one]}
          </Link>
        ))}
      </nav>
      <Suspense fallback={<LoadingBlock lines={4} height={60} />}>
        {tab === 'contents' && <MatrixList />}
        {tab === 'priorities' && <PrioritiesTab />}
      </Suspense>
    </>
  );
}

function MatrixList() {
  const m = useT().matrices;
  const can = useCan();
  const query = useQuery(matricesQuery);
  const [isNew, setIsNew] = useState(false);
  return (
    <>
      <ListPanel
        title={m.tabs.contents}
        testId="matrices"
        query={query}
        empty={{ icon: IconLayoutGrid, title: m.emptyTitle, text: m.emptyText }}
        add={can('segments.manage') ? { label: m.create, onPress: () => setIsNew(true) } : null}
      >
        {(items) => <List items={items} />}
      </ListPanel>
      <Suspense>{isNew && <NewMatrixDialog onClose={() => setIsNew(false)} />}</Suspense>
    </>
  );
}

function List({ items }: { items: MatrixItem[] }) {
  const m = useT().matrices;
  const fmt = useFmt();
  const columns: Column<MatrixItem>[] = [
    {
      key: 'name',
      header: m.column.name,
      always: true,
      render: ({ code, name }) => (
        <>
          <Link to="/matrices/$code" params={{ code }} className={registry.name} translate="no">
            {name}
          </Link>
          <span className={`${registry.code} mono`}>{code}</span>
        </>
      ),
    },
    {
      key: 'layer',
      header: m.column.layer,
      render: ({ layer, layer_name, layer_archived }) => (
        <>
          <Link to="/layers/$code" params={{ code: layer }} translate="no">
            {layer_name}
          </Link>{' '}
          {layer_archived && <Chip>{m.layerArchived}</Chip>}
        </>
      ),
    },
    { key: 'contents', header: m.column.contents, numeric: true, render: (one) => fmt.count(one.contents_count) },
    {
      key: 'state',
      header: m.column.state,
      render: (one) => (
        <span className={registry.chips}>
          {one.published_version === null ? (
            <Chip>{m.notPublished}</Chip>
          ) : one.published_version === one.version ? (
            <Chip tone="success">{m.published}</Chip>
          ) : (
            <Chip tone="info">{m.draftDiffers}</Chip>
          )}
          {one.uncovered_count > 0 && <Chip tone="warning">{m.uncoveredCount(fmt.count(one.uncovered_count))}</Chip>}
          {one.unused_count > 0 && <Chip tone="warning">{m.unusedCount(fmt.count(one.unused_count))}</Chip>}
        </span>
      ),
    },
    { key: 'changed', header: m.column.changed, render: ({ changed_at }) => <When at={changed_at} relative /> },
  ];
  return <DataTable label={m.tabs.contents} columns={columns} rows={items} rowKey={({ code }) => code} />;
}
