import { Button, Modal, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconCheck, IconUserPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '@/shared/api/client';
import type { RoleName, Roles, User } from '@/shared/api/types';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { fieldErrors } from '@/shared/ui/fieldErrors';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { changeUser, createUser, rolesQuery, usersQuery } from './api';
import { ROLES } from './roles';
import { SecretField } from './SecretField';
import css from './settings.module.css';

export function TeamSection() {
  const t = useT();
  const users = useQuery(usersQuery);
  const roles = useQuery(rolesQuery);
  const [opened, dialog] = useDisclosure(false);
  return (
    <div className={css.stack}>
      <Panel
        flush
        title={t.settings.team.users}
        actions={
          <Button size="xs" leftSection={<IconUserPlus size={14} />} onClick={dialog.open}>
            {t.settings.team.invite}
          </Button>
        }
      >
        <QueryView query={users} loading={<LoadingBlock lines={4} height={40} />}>
          {(data) => <UserTable users={data.items} />}
        </QueryView>
      </Panel>
      <QueryView query={roles} loading={<LoadingBlock lines={6} height={32} />}>
        {(data) => <RoleMatrix roles={data} />}
      </QueryView>
      {opened && <InviteDialog onClose={dialog.close} />}
    </div>
  );
}

function UserTable({ users }: { users: User[] }) {
  const t = useT();
  const s = t.settings.team;
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: ({ user, part }: { user: User; part: Partial<Pick<User, 'role' | 'status'>> }) =>
      changeUser(user.id, part),
    onError: (error) => notify(errorText(t, error), 'danger'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
  const columns: Column<User>[] = [
    { key: 'name', header: s.name, always: true, render: (user) => user.name },
    { key: 'email', header: s.email, render: (user) => user.email },
    {
      key: 'role',
      header: s.role,
      render: (user) => (
        <Select
          size="xs"
          w={140}
          aria-label={s.roleOf(user.name)}
          data={ROLES.map((value) => ({ value, label: t.common.roles[value] }))}
          value={user.role}
          onChange={(role) => role && change.mutate({ user, part: { role: role as RoleName } })}
        />
      ),
    },
    {
      key: 'status',
      header: s.status,
      render: (user) => (
        <Chip tone={user.status === 'active' ? 'success' : 'neutral'}>{lookup(s.statuses, user.status)}</Chip>
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
        <Button
          size="compact-sm"
          variant="subtle"
          aria-label={`${user.status === 'active' ? s.disable : s.enable}: ${user.name}`}
          onClick={() => change.mutate({ user, part: { status: user.status === 'active' ? 'disabled' : 'active' } })}
        >
          {user.status === 'active' ? s.disable : s.enable}
        </Button>
      ),
    },
  ];
  return <DataTable label={s.users} columns={columns} rows={users} rowKey={(user) => user.id} />;
}

function InviteDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const s = t.settings.team;
  const queryClient = useQueryClient();
  const [created, setCreated] = useState<{ name: string; link: string } | null>(null);
  const form = useForm({
    initialValues: { name: '', email: '', role: 'operator' as RoleName },
    validate: {
      name: (value) => (value.trim() ? null : t.access.required),
      email: (value) => (value.includes('@') ? null : t.access.required),
    },
  });
  const submit = form.onSubmit(async (values) => {
    try {
      const { user, sign_in_link } = await createUser({
        ...values,
        name: values.name.trim(),
        email: values.email.trim(),
      });
      queryClient.invalidateQueries({ queryKey: usersQuery.queryKey });
      setCreated({ name: user.name, link: sign_in_link ? new URL(sign_in_link, window.location.origin).href : '' });
    } catch (error) {
      if (error instanceof ApiError) form.setErrors(fieldErrors(error));
      notify(errorText(t, error), 'danger');
    }
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={created ? s.linkTitle : s.invite}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      {created ? (
        <div className={css.stack}>
          <p>{s.linkText(created.name)}</p>
          <SecretField label={s.link} value={created.link} />
          <Button onClick={onClose}>{t.settings.tokens.done}</Button>
        </div>
      ) : (
        <form onSubmit={submit} className={css.stack} noValidate>
          <TextInput label={s.name} data-autofocus {...form.getInputProps('name')} />
          <TextInput label={s.email} type="email" {...form.getInputProps('email')} />
          <Select
            label={s.role}
            data={ROLES.map((value) => ({ value, label: t.common.roles[value] }))}
            {...form.getInputProps('role')}
          />
          <Button type="submit" loading={form.submitting}>
            {s.invite}
          </Button>
        </form>
      )}
    </Modal>
  );
}

function RoleMatrix({ roles }: { roles: Roles }) {
  const t = useT();
  const s = t.settings.team;
  return (
    <Panel title={s.matrix}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={css.scroll} tabIndex={0} aria-label={s.matrix}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{s.right}</th>
              {roles.roles.map(({ role }) => (
                <th key={role} scope="col">
                  {lookup(t.common.roles, role)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {roles.rights.map(({ right }) => (
              <tr key={right}>
                <th scope="row">{lookup(s.rights, right)}</th>
                {roles.roles.map((role) => (
                  <td key={role.role}>
                    {role.rights.includes(right) ? (
                      <IconCheck size={16} color="var(--success)" role="img" aria-label={s.has} />
                    ) : (
                      <span className="visually-hidden">{s.hasNot}</span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}
