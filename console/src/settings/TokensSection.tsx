import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { ApiToken } from '@/shared/api/types';
import { lookup, useT } from '@/shared/i18n';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { SecretDialog } from '@/shared/ui/SecretDialog';
import { errorText, LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { DayOf, When } from '@/shared/ui/Values';
import { revokeToken, tokensQuery } from './api';

/** A form for one in many visits. */
const TokenDialog = lazy(() => import('./TokenDialog').then((module) => ({ default: module.TokenDialog })));

export function TokensSection() {
  const t = useT();
  const s = t.tokens;
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
      <Suspense fallback={null}>{opened && <TokenDialog onClose={dialog.close} onSecret={setSecret} />}</Suspense>
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

function RevokeDialog({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const t = useT();
  const s = t.tokens;
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
