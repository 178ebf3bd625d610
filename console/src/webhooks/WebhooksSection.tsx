import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconWebhook } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { SecretDialog } from '@/shared/ui/SecretDialog';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { webhooksQuery } from './api';
import { HealthChip } from './HealthChip';
import { nameOf } from './health';
import type { WebhookItem, WebhookWithSecret } from './types';
import css from './webhooks.module.css';

/** For one in many visits. */
const WebhookDialog = lazy(() => import('./WebhookDialog').then((module) => ({ default: module.WebhookDialog })));

/** As the server has it. */
const MOST = 20;

/** Where messages go, and how it is with each of them. */
export function WebhooksSection() {
  const t = useT();
  const w = t.webhooks;
  const can = useCan();
  const navigate = useNavigate();
  const query = useQuery(webhooksQuery);
  const [opened, dialog] = useDisclosure(false);
  const [created, setCreated] = useState<WebhookWithSecret | null>(null);
  const columns = useColumns();
  const toPage = (id: string) => navigate({ to: '/settings/webhooks/$id', params: { id } });
  const onCreated = (made: WebhookWithSecret) => {
    if (made.secret) return setCreated(made);
    notify(w.secret.missing, 'danger');
    toPage(made.webhook.id);
  };
  const full = (query.data?.items.length ?? 0) >= MOST;
  const create = can('webhooks.manage') && (
    <Button size="xs" leftSection={<IconWebhook size={14} />} onClick={dialog.open} disabled={full}>
      {w.create}
    </Button>
  );
  return (
    <>
      <QueryView query={query} quiet loading={<LoadingBlock lines={4} height={40} />}>
        {({ items }) => (
          <Panel
            flush
            title={w.title}
            explain={<Explain name={w.title} definition={w.about} />}
            actions={items.length > 0 && create}
            testId="webhooks"
          >
            {items.length === 0 ? (
              <StateView
                testId="state-first-use"
                icon={<IconWebhook size={28} stroke={1.5} />}
                title={w.emptyTitle}
                text={create ? w.emptyText : `${w.emptyText} ${w.askManager(t.common.rights['webhooks.manage'])}`}
              >
                {create}
              </StateView>
            ) : (
              <>
                {full && <p className={css.full}>{w.full}</p>}
                <DataTable label={w.title} columns={columns} rows={items} rowKey={({ webhook }) => webhook.id} />
              </>
            )}
          </Panel>
        )}
      </QueryView>
      <Suspense fallback={null}>
        {opened && query.data && (
          <WebhookDialog eventTypes={query.data.event_types} onClose={dialog.close} onCreated={onCreated} />
        )}
      </Suspense>
      {created?.secret && (
        <SecretDialog
          title={w.secret.createdTitle}
          text={w.secret.text}
          label={w.secret.label}
          value={created.secret}
          onClose={() => toPage(created.webhook.id)}
        />
      )}
    </>
  );
}

function useColumns(): Column<WebhookItem>[] {
  const t = useT();
  const fmt = useFmt();
  const c = t.webhooks.column;
  return [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: ({ webhook }) => (
        <Link to="/settings/webhooks/$id" params={{ id: webhook.id }} translate="no">
          {nameOf(webhook)}
        </Link>
      ),
    },
    { key: 'state', header: c.state, render: ({ webhook }) => <HealthChip webhook={webhook} /> },
    { key: 'waiting', header: c.waiting, numeric: true, render: ({ counts }) => fmt.count(counts.waiting) },
    { key: 'delivered', header: c.delivered, numeric: true, render: ({ counts }) => fmt.count(counts.delivered) },
    {
      key: 'failed',
      header: c.failed,
      numeric: true,
      render: ({ webhook, counts }) =>
        counts.failed === 0 ? (
          '0'
        ) : (
          <Link
            to="/settings/webhooks/$id"
            params={{ id: webhook.id }}
            search={{ state: 'failed' }}
            aria-label={t.webhooks.seeFailed(nameOf(webhook), fmt.count(counts.failed))}
          >
            {fmt.count(counts.failed)}
          </Link>
        ),
    },
    {
      key: 'events',
      header: c.events,
      numeric: true,
      render: ({ webhook }) => fmt.count(webhook.event_types.length),
    },
    {
      key: 'url',
      header: c.url,
      render: ({ webhook }) => (
        <span className={`${css.url} mono`} translate="no">
          {webhook.url}
        </span>
      ),
    },
  ];
}
