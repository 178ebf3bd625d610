import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import { clerksQuery } from '@/clerks/api';
import { clerksByStore } from '@/clerks/assignments';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Later } from '@/shared/ui/Later';
import { BackNav, PageHeader } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { CountCompact, Missing } from '@/shared/ui/Values';
import { placesQuery } from './api';
import { BelowPanel } from './BelowPanel';
import { ClerksPanel } from './ClerksPanel';
import { MovesPanel } from './MovesPanel';
import { EMPTY, formOf, type PlaceForm } from './placeForm';
import css from './stores.module.css';
import { type Node, storesBelow, type Tree } from './tree';
import { UsersPanel } from './UsersPanel';
import { useTree } from './useTree';

/** For one in many visits. */
const PlaceDialog = lazy(() => import('./PlaceDialog').then((module) => ({ default: module.PlaceDialog })));

/** A region or a store: what is below it, who works there, who sees it, where it stood before. */
export function PlacePage() {
  const t = useT();
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(placesQuery);
  const tree = useTree();
  const node = tree?.byId.get(id);
  useDocumentTitle(node ? `${node.place.name} · ${t.stores.title}` : t.stores.title);
  return (
    <QueryView query={query} quiet loading={<LoadingBlock lines={3} height={100} />}>
      {() => (tree && node ? <View key={id} tree={tree} node={node} /> : <NotFoundView />)}
    </QueryView>
  );
}

function View({ tree, node }: { tree: Tree; node: Node }) {
  const t = useT();
  const s = t.stores;
  const { place, above } = node;
  const isRegion = place.kind === 'region';
  return (
    <div data-testid="place" data-kind={place.kind}>
      <BackNav label={s.title}>
        <Link to="/stores">← {s.title}</Link>
      </BackNav>
      <PageHeader
        title={<span translate="no">{place.name}</span>}
        meta={
          <>
            <Chip>{lookup(s.kinds, place.kind)}</Chip>
            {place.code && (
              <span>
                {s.column.code}{' '}
                <span className="mono" translate="no">
                  {place.code}
                </span>
              </span>
            )}
            {above.length > 0 && (
              <span className={css.path}>
                {above.map((one, index) => (
                  <span key={one.id}>
                    {index > 0 && ' / '}
                    <Link to="/stores/$id" params={{ id: one.id }} translate="no">
                      {one.name}
                    </Link>
                  </span>
                ))}
              </span>
            )}
          </>
        }
        actions={<Actions tree={tree} node={node} />}
      />
      <div className={css.stack}>
        <Figures node={node} />
        {isRegion && <BelowPanel node={node} />}
        <ClerksPanel node={node} />
        <Later>
          <UsersPanel node={node} />
          <MovesPanel tree={tree} node={node} />
        </Later>
      </div>
    </div>
  );
}

type Asked = { start: PlaceForm; isNew: boolean };

function Actions({ tree, node }: { tree: Tree; node: Node }) {
  const s = useT().stores;
  const can = useCan();
  const [asked, setAsked] = useState<Asked | null>(null);
  if (!can('stores.manage')) return null;
  const { place } = node;
  return (
    <>
      {place.kind === 'region' && (
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => setAsked({ start: { ...EMPTY, parent: place.id }, isNew: true })}
        >
          {s.createBelow}
        </Button>
      )}
      <Button variant="default" onClick={() => setAsked({ start: formOf(place), isNew: false })}>
        {s.edit.action}
      </Button>
      <Suspense fallback={null}>
        {asked && (
          <PlaceDialog
            start={asked.start}
            place={asked.isNew ? null : place}
            tree={tree}
            onClose={() => setAsked(null)}
          />
        )}
      </Suspense>
    </>
  );
}

function Figures({ node }: { node: Node }) {
  const s = useT().stores;
  const clerks = useQuery(clerksQuery).data?.items;
  const stores = storesBelow(node);
  const byStore = clerks && clerksByStore(clerks);
  const working =
    byStore?.size === undefined ? null : stores.flatMap(({ place }) => byStore.get(place.id) ?? []).length;
  return (
    <FigureStrip label={s.figures.label}>
      <Figure
        name={s.column.customers}
        testId="place-customers"
        explain={<Explain name={s.column.customers} definition={s.figures.customers} />}
        note={s.figures.noList}
      >
        <CountCompact value={node.item.customers} />
      </Figure>
      {node.place.kind === 'region' && (
        <Figure name={s.column.stores} testId="place-stores">
          <CountCompact value={stores.length} />
        </Figure>
      )}
      <Figure name={s.figures.clerks} testId="place-clerks">
        {working === null ? <Missing /> : <CountCompact value={working} />}
      </Figure>
      <Figure
        name={s.column.users}
        testId="place-users"
        explain={<Explain name={s.column.users} definition={s.figures.users} />}
      >
        <CountCompact value={node.item.users.length} />
      </Figure>
    </FigureStrip>
  );
}
