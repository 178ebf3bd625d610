import { Button, Modal, NumberInput, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconKey } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '@/shared/api/client';
import type { ApiToken, RoleName } from '@/shared/api/types';
import { lookup, useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { fieldErrors } from '@/shared/ui/errorText';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { errorText, LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { DayOf, When } from '@/shared/ui/Values';
import { createToken, revokeToken, tokensQuery } from './api';
import { ConfirmDialog } from './ConfirmDialog';
import { useRoleChoices } from './roles';
import { SecretDialog } from './SecretDialog';
import css from './settings.module.css';

export function TokensSection() {
  const t = useT();
  const s = t.settings.tokens;
  const query = useQuery(tokensQuery);
  const [opened, dialog] = useDisclosure(false);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const create = (
    <Button size="xs" leftSection={<IconKey size={14} />} onClick={dialog.open}>
      {s.create}
    </Button>
  );
  const columns: Column<ApiToken>[] = [
    { key: 'name', header: s.name, always: true, render: (token) => token.name },
    { key: 'role', header: s.role, render: (token) => lookup(t.common.roles, token.role) },
    { key: 'created', header: s.created, numeric: true, render: (token) => <DayOf at={token.created_at} /> },
    {
      key: 'used',
      header: s.lastUsed,
      numeric: true,
      render: (token) => (token.last_used_at ? <When at={token.last_used_at} relative /> : s.unused),
    },
    {
      key: 'expires',
      header: s.expiresAt,
      numeric: true,
      render: (token) => (token.expires_at ? <DayOf at={token.expires_at} /> : s.neverExpires),
    },
    {
      key: 'action',
      header: '',
      numeric: true,
      render: (token) => (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={`${s.revoke}: ${token.name}`}
          onClick={() => setRevoking(token)}
        >
          {s.revoke}
        </Button>
      ),
    },
  ];
  return (
    <>
      <QueryView query={query} loading={<LoadingBlock lines={4} height={40} />}>
        {(data) => (
          <Panel flush title={s.title} actions={data.items.length > 0 && create}>
            {data.items.length === 0 ? (
              <StateView
                testId="state-first-use"
                icon={<IconKey size={28} stroke={1.5} />}
                title={s.emptyTitle}
                text={s.emptyText}
              >
                {create}
              </StateView>
            ) : (
              <DataTable label={s.title} columns={columns} rows={data.items} rowKey={(token) => token.id} />
            )}
          </Panel>
        )}
      </QueryView>
      {opened && <CreateDialog onClose={dialog.close} onSecret={setSecret} />}
      {secret && (
        <SecretDialog
          title={s.secretTitle}
          text={s.secretText}
          label={s.secret}
          value={secret}
          onClose={() => setSecret(null)}
        />
      )}
      {revoking && <RevokeDialog token={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function CreateDialog({ onClose, onSecret }: { onClose: () => void; onSecret: (secret: string) => void }) {
  const t = useT();
  const s = t.settings.tokens;
  const queryClient = useQueryClient();
  const roles = useRoleChoices();
  const form = useForm({
    initialValues: { name: '', role: 'analyst' as RoleName, expires_in_days: 365 as number | string },
    validate: { name: (value) => (value.trim() ? null : t.access.required) },
  });
  const submit = form.onSubmit(async ({ name, role, expires_in_days }) => {
    try {
      const created = await createToken({
        name: name.trim(),
        role,
        ...(expires_in_days === '' ? {} : { expires_in_days: Number(expires_in_days) }),
      });
      queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
      onClose();
      if (created.token) onSecret(created.token);
    } catch (error) {
      if (error instanceof ApiError) form.setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    }
  });
  return (
    <Modal opened onClose={onClose} title={s.create} closeButtonProps={{ 'aria-label': t.common.close }}>
      <form onSubmit={submit} className={css.stack} noValidate>
        <TextInput label={s.name} data-autofocus {...form.getInputProps('name')} />
        <Select label={s.role} data={roles} {...form.getInputProps('role')} />
        <NumberInput
          label={s.expires}
          description={s.expiresHint}
          min={1}
          max={3650}
          allowDecimal={false}
          hideControls
          {...form.getInputProps('expires_in_days')}
        />
        <Button type="submit" loading={form.submitting}>
          {s.create}
        </Button>
      </form>
    </Modal>
  );
}

function RevokeDialog({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const t = useT();
  const s = t.settings.tokens;
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
      onClose();
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <ConfirmDialog
      danger
      title={s.revokeTitle}
      text={s.revokeText(token.name)}
      action={s.revokeTitle}
      working={revoke.isPending}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    />
  );
}
