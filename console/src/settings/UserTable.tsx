import { Button, Select } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ScopeCell } from '@/scope/ScopeCell';
import type { RoleName, User } from '@/shared/api/types';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { changeUser, createSignInLink, usersQuery } from './api';
import { useRoleChoices } from './roles';
import css from './settings.module.css';
import type { MadeLink } from './TeamSection';

/** What is asked about before it is done. */
type Asked = { user: User; what: 'disable' | 'link' } | { user: User; what: 'role'; role: RoleName };

export function UserTable({ users, onLink }: { users: User[]; onLink: (link: MadeLink) => void }) {
  const t = useT();
  const s = t.team;
  const queryClient = useQueryClient();
  const roles = useRoleChoices();
  const [asked, setAsked] = useState<Asked | null>(null);
  const done = {
    onError: (error: Error) => notify(errorText(t, error), 'danger'),
    onSettled: () => {
      setAsked(null);
      queryClient.invalidateQueries({ queryKey: usersQuery.queryKey });
    },
  };
  const change = useMutation({
    mutationFn: ({ user, part }: { user: User; part: Partial<Pick<User, 'role' | 'status'>> }) =>
      changeUser(user.id, part),
    ...done,
  });
  const link = useMutation({
    mutationFn: (user: User) => createSignInLink(user.id),
    onSuccess: ({ sign_in_link }, user) =>
      sign_in_link ? onLink({ name: user.name, path: sign_in_link }) : notify(s.noLink, 'danger'),
    ...done,
  });
  const confirm = ({ user, ...rest }: Asked) => {
    if (rest.what === 'link') link.mutate(user);
    else change.mutate({ user, part: rest.what === 'role' ? { role: rest.role } : { status: 'disabled' } });
  };
  const columns: Column<User>[] = [
    { key: 'name', header: s.name, always: true, render: (user) => user.name },
    { key: 'email', header: s.email, render: (user) => user.email },
    {
      key: 'role',
      header: t.settings.user.role,
      render: (user) => (
        <Select
          size="xs"
          w={140}
          aria-label={s.roleOf(user.name)}
          data={roles}
          value={user.role}
          onChange={(role) => role && setAsked({ user, what: 'role', role: role as RoleName })}
        />
      ),
    },
    { key: 'scope', header: t.scope.column, render: (user) => <ScopeCell user={user} /> },
    {
      key: 'status',
      header: t.settings.user.status,
      render: (user) => (
        <Chip tone={user.status === 'active' ? 'success' : 'neutral'}>
          {lookup(t.settings.user.statuses, user.status)}
        </Chip>
      ),
    },
    {
      key: 'last',
      header: s.lastSignIn,
      numeric: true,
      render: (user) => (user.last_sign_in_at ? <When at={user.last_sign_in_at} relative /> : s.never),
    },
    {
      key: 'action',
      header: '',
      numeric: true,
      render: (user) => (
        <UserActions
          user={user}
          onLink={() => setAsked({ user, what: 'link' })}
          onDisable={() => setAsked({ user, what: 'disable' })}
          onEnable={() => change.mutate({ user, part: { status: 'active' } })}
        />
      ),
    },
  ];
  return (
    <>
      <DataTable label={s.users} columns={columns} rows={users} rowKey={(user) => user.id} />
      {asked && (
        <Question
          asked={asked}
          working={change.isPending || link.isPending}
          onConfirm={() => confirm(asked)}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

interface ActionProps {
  user: User;
  onLink: () => void;
  onDisable: () => void;
  onEnable: () => void;
}

function UserActions({ user, onLink, onDisable, onEnable }: ActionProps) {
  const s = useT().team;
  const small = { size: 'compact-sm', variant: 'subtle' } as const;
  if (user.status !== 'active')
    return (
      <Button {...small} aria-label={`${s.enable}: ${user.name}`} onClick={onEnable}>
        {s.enable}
      </Button>
    );
  return (
    <span className={css.rowActions}>
      <Button {...small} aria-label={`${s.newLink}: ${user.name}`} onClick={onLink}>
        {s.newLink}
      </Button>
      <Button {...small} color="red" aria-label={`${s.disable}: ${user.name}`} onClick={onDisable}>
        {s.disable}
      </Button>
    </span>
  );
}

interface QuestionProps {
  asked: Asked;
  working: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

function Question({ asked, ...rest }: QuestionProps) {
  const t = useT();
  const s = t.team;
  const { user } = asked;
  switch (asked.what) {
    case 'role': {
      const text = s.roleText(user.name, lookup(t.common.roles, user.role), lookup(t.common.roles, asked.role));
      return <ConfirmDialog {...rest} title={s.roleTitle} text={text} action={s.roleTitle} />;
    }
    case 'disable':
      return (
        <ConfirmDialog
          {...rest}
          danger
          title={s.disableTitle}
          text={s.disableText(user.name)}
          action={s.disableTitle}
        />
      );
    case 'link':
      return <ConfirmDialog {...rest} title={s.newLinkTitle} text={s.newLinkText(user.name)} action={s.makeLink} />;
  }
}
