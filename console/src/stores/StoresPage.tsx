import { Button } from '@mantine/core';
import { IconBuildingStore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { placesQuery } from './api';
import { EMPTY, type PlaceForm } from './placeForm';
import css from './stores.module.css';
import { TreePanel } from './TreePanel';
import type { Tree } from './tree';
import { UnknownPanel } from './UnknownPanel';
import { useTree } from './useTree';

/** For one in many visits. */
const PlaceDialog = lazy(() => import('./PlaceDialog').then((module) => ({ default: module.PlaceDialog })));

/** Regions and stores in one tree, and the codes that orders name and nobody has entered. */
export function StoresPage() {
  const t = useT();
  const s = t.stores;
  const can = useCan();
  useDocumentTitle(s.title);
  const query = useQuery(placesQuery);
  const items = query.data?.items;
  const tree = useTree();
  const [asked, setAsked] = useState<PlaceForm | null>(null);
  const create = can('stores.manage') && (
    <Button leftSection={<IconBuildingStore size={16} />} onClick={() => setAsked(EMPTY)}>
      {s.create}
    </Button>
  );
  const isEmpty = items?.length === 0;
  return (
    <>
      <PageHeader
        title={s.title}
        aside={<Explain name={s.title} definition={s.about} />}
        meta={tree && !isEmpty && <Counts tree={tree} />}
        actions={items && !isEmpty && create}
      />
      <QueryView query={query} loading={<LoadingBlock lines={8} height={40} />}>
        {() => tree && <Content tree={tree} create={create} onEnter={(code) => setAsked({ ...EMPTY, code })} />}
      </QueryView>
      <Suspense fallback={null}>
        {asked && tree && <PlaceDialog start={asked} place={null} tree={tree} onClose={() => setAsked(null)} />}
      </Suspense>
    </>
  );
}

function Counts({ tree }: { tree: Tree }) {
  const s = useT().stores;
  const fmt = useFmt();
  return (
    <>
      <span>{s.regionCount(fmt.count(tree.regions))}</span>
      <span>{s.storeCount(fmt.count(tree.stores))}</span>
      {tree.unknown.length > 0 && <span>{s.unknownCount(fmt.count(tree.unknown.length))}</span>}
    </>
  );
}

interface ContentProps {
  tree: Tree;
  create: ReactNode;
  onEnter: (code: string) => void;
}

function Content({ tree, create, onEnter }: ContentProps) {
  const t = useT();
  const s = t.stores;
  return (
    <div className={css.stack}>
      {tree.unknown.length > 0 && <UnknownPanel items={tree.unknown} onEnter={onEnter} />}
      {tree.roots.length === 0 ? (
        <Panel>
          <StateView
            testId="state-first-use"
            icon={<IconBuildingStore size={28} stroke={1.5} />}
            title={s.emptyTitle}
            text={create ? s.emptyText : `${s.emptyText} ${s.askManager(t.common.rights['stores.manage'])}`}
          >
            {create}
          </StateView>
        </Panel>
      ) : (
        <TreePanel tree={tree} />
      )}
    </div>
  );
}
