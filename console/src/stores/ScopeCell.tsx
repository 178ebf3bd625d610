import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { clerksQuery } from '@/clerks/api';
import type { User } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Missing } from '@/shared/ui/Values';
import { placesQuery } from './api';
import { type Seen, seenBy } from './scope';
import css from './stores.module.css';
import { pathText, type Tree, treeOf } from './tree';

/** For one in many visits. */
const ScopeDialog = lazy(() => import('./ScopeDialog').then((module) => ({ default: module.ScopeDialog })));

/** Which customers a user sees, and the way to change it. */
export function ScopeCell({ user }: { user: User }) {
  const s = useT().stores.scope;
  const { locale } = useFmt();
  const places = useQuery(placesQuery).data?.items;
  const clerks = useQuery(clerksQuery).data?.items;
  const tree = useMemo(() => (places ? treeOf(places, locale) : null), [places, locale]);
  const [asking, setAsking] = useState(false);
  if (user.role === 'administrator') return <span title={s.admin}>{s.everyone}</span>;
  if (!tree || !places || !clerks) return <Missing />;
  const seen = seenBy(user.id, places, clerks);
  return (
    <span className={css.scope}>
      <SeenText seen={seen} tree={tree} />
      <Button size="compact-sm" variant="subtle" aria-label={s.changeOf(user.name)} onClick={() => setAsking(true)}>
        {s.change}
      </Button>
      <Suspense fallback={null}>
        {asking && (
          <ScopeDialog
            user={user}
            bound={seen.what === 'bound' ? seen.place : null}
            isClerk={clerks.some(({ user_id }) => user_id === user.id)}
            tree={tree}
            onClose={() => setAsking(false)}
          />
        )}
      </Suspense>
    </span>
  );
}

function SeenText({ seen, tree }: { seen: Seen; tree: Tree }) {
  const s = useT().stores.scope;
  if (seen.what === 'everyone') return <span>{s.everyone}</span>;
  if (seen.what === 'nobody') return <span>{s.nobody}</span>;
  const node = tree.byId.get(seen.place);
  const path = node ? pathText(node) : seen.place;
  return seen.what === 'bound' ? (
    <span className={css.path} translate="no">
      {path}
    </span>
  ) : (
    <span className={css.path}>{s.clerkStore(node?.place.name ?? seen.place)}</span>
  );
}
