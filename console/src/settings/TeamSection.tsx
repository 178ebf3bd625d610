import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { rolesQuery, usersQuery } from './api';
import { RoleMatrix } from './RoleMatrix';
import css from './settings.module.css';
import { UserTable } from './UserTable';

/** They open at a click: the page is there before. */
const InviteDialog = lazy(() => import('./InviteDialog').then((module) => ({ default: module.InviteDialog })));
const SecretDialog = lazy(() =>
  import('@/shared/ui/SecretDialog').then((module) => ({ default: module.SecretDialog })),
);

/** A sign-in link that was just made, and for whom. */
export interface MadeLink {
  name: string;
  path: string;
}

export function TeamSection() {
  const t = useT();
  const s = t.team;
  const users = useQuery(usersQuery);
  const roles = useQuery(rolesQuery);
  const [inviting, invite] = useDisclosure(false);
  const [link, setLink] = useState<MadeLink | null>(null);
  return (
    <div className={css.stack}>
      <Panel
        flush
        title={s.users}
        actions={
          <Button size="xs" leftSection={<IconUserPlus size={14} />} onClick={invite.open}>
            {s.invite}
          </Button>
        }
      >
        <QueryView query={users} loading={<LoadingBlock lines={4} height={40} />}>
          {(data) => <UserTable users={data.items} onLink={setLink} />}
        </QueryView>
      </Panel>
      <QueryView query={roles} loading={<LoadingBlock lines={6} height={32} />}>
        {(data) => <RoleMatrix roles={data} />}
      </QueryView>
      <Suspense fallback={null}>
        {inviting && <InviteDialog onClose={invite.close} onLink={setLink} />}
        {link && (
          <SecretDialog
            title={s.linkTitle}
            text={s.linkText(link.name)}
            label={s.link}
            value={new URL(link.path, window.location.origin).href}
            onClose={() => setLink(null)}
          />
        )}
      </Suspense>
    </div>
  );
}
