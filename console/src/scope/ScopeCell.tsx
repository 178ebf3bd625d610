import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { clerksQuery } from '@/clerks/api';
import type { User } from '@/shared/api/types';
import { type Messages, useT } from '@/shared/i18n';
import { LinkButton } from '@/shared/ui/LinkButton';
import { Missing } from '@/shared/ui/Values';
import { placesQuery } from '@/stores/api';
import { pathText, type Tree } from '@/stores/tree';
import { useTree } from '@/stores/useTree';
import { isClerk, type Seen, seenBy } from './scope';
import css from './scope.module.css';

/** For one in many visits. */
const ScopeDialog = lazy(() => import('./ScopeDialog').then((module) => ({ default: module.ScopeDialog })));

/** Which customers a user sees, and the way to change it. */
export function ScopeCell({ user }: { user: User }) {
  const t = useT();
  const s = t.scope;
  const places = useQuery(placesQuery).data;
  const clerks = useQuery(clerksQuery).data?.items;
  const tree = useTree();
  const [asking, setAsking] = useState(false);
  if (user.role === 'administrator')
    return (
      <span className={css.scope} title={s.admin}>
        {s.everyone}
      </span>
    );
  if (!tree || !places || !clerks) return <Missing />;
  const seen = seenBy(user, places, clerks);
  return (
    <span className={css.scope}>
      <LinkButton label={`${s.changeOf(user.name)}: ${textOf(seen, tree, t)}`} onClick={() => setAsking(true)}>
        {textOf(seen, tree, t)}
      </LinkButton>
      <Suspense fallback={null}>
        {asking && (
          <ScopeDialog
            user={user}
            seen={seen}
            isClerk={isClerk(user, clerks)}
            tree={tree}
            onClose={() => setAsking(false)}
          />
        )}
      </Suspense>
    </span>
  );
}

function textOf(seen: Seen, tree: Tree, t: Messages): string {
  const s = t.scope;
  if (seen.what === 'everyone') return s.everyone;
  if (seen.what === 'nobody') return s.nobody;
  const node = tree.byId.get(seen.place);
  return seen.what === 'bound' ? (node ? pathText(node) : seen.place) : s.clerkStore(node?.place.name ?? seen.place);
}
