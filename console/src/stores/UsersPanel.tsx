import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { usersQuery } from '@/settings/api';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Panel } from '@/shared/ui/Panel';
import css from './stores.module.css';
import type { Node } from './tree';

/** Who sees only the customers of this place. Names are for those who manage users. */
export function UsersPanel({ node }: { node: Node }) {
  const t = useT();
  const fmt = useFmt();
  const u = t.stores.usersPanel;
  const can = useCan();
  const manages = can('access.manage');
  const users = useQuery({ ...usersQuery, enabled: manages }).data?.items;
  const ids = node.item.users;
  return (
    <Panel title={u.title} testId="place-users-list">
      {ids.length === 0 && <p className="muted">{u.nobody}</p>}
      {ids.length > 0 && manages && (
        <ul className={css.chips}>
          {ids.map((id) => (
            <li key={id}>
              <Chip>
                <span translate="no">{users?.find((one) => one.id === id)?.name ?? id}</span>
              </Chip>
            </li>
          ))}
        </ul>
      )}
      {ids.length > 0 && !manages && <p>{u.count(fmt.count(ids.length))}</p>}
      <p className={css.hint}>
        {manages ? (
          <>
            {u.change}{' '}
            <Link to="/settings/$section" params={{ section: 'team' }}>
              {u.toTeam}
            </Link>
          </>
        ) : (
          u.askManager(t.common.rights['access.manage'])
        )}
      </p>
    </Panel>
  );
}
