import { Button } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useT } from '@/shared/i18n';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { notify } from '@/shared/ui/notify';
import { Menu, MenuItem } from '@/shared/ui/overlay/Menu';
import { SecretDialog } from '@/shared/ui/SecretDialog';
import { errorText } from '@/shared/ui/StateView';
import { deleteWebhook, pauseWebhook, resumeWebhook, testWebhook, webhookQuery, webhooksQuery } from './api';
import { nameOf } from './health';
import type { Webhook, WebhookCounts, WebhookItem } from './types';

/** For one in many visits. */
const EditDialog = lazy(() => import('./EditDialog').then((module) => ({ default: module.EditDialog })));
const ReplayDialog = lazy(() => import('./ReplayDialog').then((module) => ({ default: module.ReplayDialog })));
const RotateSecretDialog = lazy(() =>
  import('./RotateSecretDialog').then((module) => ({ default: module.RotateSecretDialog })),
);

/** What changes a webhook is shown at once, and asked for again: counts may have moved on. */
export function useShowWebhook(): (webhook: Webhook) => void {
  const queryClient = useQueryClient();
  return (webhook) => {
    const { queryKey } = webhookQuery(webhook.id);
    queryClient.setQueryData<WebhookItem>(queryKey, (before) => before && { ...before, webhook });
    queryClient.invalidateQueries({ queryKey });
    queryClient.invalidateQueries({ queryKey: webhooksQuery.queryKey });
  };
}

export function useResume(id: string) {
  const t = useT();
  const show = useShowWebhook();
  return useMutation({
    mutationFn: () => resumeWebhook(id),
    onSuccess: (webhook) => {
      notify(t.webhooks.resume.done);
      show(webhook);
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
}

type Asked = 'pause' | 'edit' | 'rotate' | 'replay' | 'remove';

interface Props {
  webhook: Webhook;
  counts: WebhookCounts;
  /** With the id of the message that was sent. */
  onTested: (eventId: string) => void;
}

/** For those who manage webhooks. */
export function WebhookActions({ webhook, counts, onTested }: Props) {
  const t = useT();
  const w = t.webhooks;
  const show = useShowWebhook();
  const queryClient = useQueryClient();
  const resume = useResume(webhook.id);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => setAsked(null);
  const test = useMutation({
    mutationFn: () => testWebhook(webhook.id),
    onSuccess: ({ event_id }) => {
      onTested(event_id);
      queryClient.invalidateQueries({ queryKey: webhookQuery(webhook.id).queryKey });
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  const isActive = webhook.state === 'active';
  return (
    <>
      <Button
        variant="default"
        onClick={() => test.mutate()}
        loading={test.isPending}
        disabled={!isActive}
        title={isActive ? undefined : w.test.paused}
      >
        {w.test.action}
      </Button>
      <Button variant="default" onClick={() => setAsked('replay')}>
        {w.replay.action}
      </Button>
      {isActive ? (
        <Button variant="default" onClick={() => setAsked('pause')} aria-label={w.pause.title}>
          {w.pause.action}
        </Button>
      ) : (
        <Button onClick={() => resume.mutate()} loading={resume.isPending} aria-label={w.resume.title}>
          {w.resume.action}
        </Button>
      )}
      <Menu
        target={(props) => (
          <Button {...props} variant="default" rightSection={<IconChevronDown size={14} />}>
            {w.page.more}
          </Button>
        )}
      >
        <MenuItem onClick={() => setAsked('edit')}>{w.edit.title}</MenuItem>
        <MenuItem onClick={() => setAsked('rotate')}>{w.rotate.action}</MenuItem>
        <MenuItem danger onClick={() => setAsked('remove')}>
          {w.remove.title}
        </MenuItem>
      </Menu>
      <Suspense fallback={null}>
        {asked === 'edit' && <EditDialog webhook={webhook} onSaved={show} onClose={close} />}
        {asked === 'replay' && <ReplayDialog webhook={webhook} counts={counts} onClose={close} />}
        {asked === 'rotate' && (
          <RotateSecretDialog
            webhook={webhook}
            onRotated={(made) => {
              show(made.webhook);
              if (made.secret) setSecret(made.secret);
              else notify(w.secret.missing, 'danger');
            }}
            onClose={close}
          />
        )}
      </Suspense>
      {asked === 'pause' && <PauseDialog webhook={webhook} onClose={close} />}
      {asked === 'remove' && <RemoveDialog webhook={webhook} onClose={close} />}
      {secret && (
        <SecretDialog
          title={w.secret.rotatedTitle}
          text={w.secret.text}
          label={w.secret.label}
          value={secret}
          onClose={() => setSecret(null)}
        />
      )}
    </>
  );
}

interface DialogProps {
  webhook: Webhook;
  onClose: () => void;
}

function PauseDialog({ webhook, onClose }: DialogProps) {
  const t = useT();
  const p = t.webhooks.pause;
  const show = useShowWebhook();
  const pause = useMutation({
    mutationFn: () => pauseWebhook(webhook.id),
    onSuccess: (paused) => {
      notify(p.done);
      show(paused);
      onClose();
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <ConfirmDialog
      title={p.title}
      text={p.text(nameOf(webhook))}
      action={p.title}
      working={pause.isPending}
      onConfirm={() => pause.mutate()}
      onClose={onClose}
    />
  );
}

/** What waits for it and its log go with it: that is asked about first. */
function RemoveDialog({ webhook, onClose }: DialogProps) {
  const t = useT();
  const r = t.webhooks.remove;
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteWebhook(webhook.id),
    onSuccess: async () => {
      notify(r.done);
      await navigate({ to: '/settings/$section', params: { section: 'webhooks' } });
      queryClient.removeQueries({ queryKey: webhookQuery(webhook.id).queryKey });
      queryClient.invalidateQueries({ queryKey: webhooksQuery.queryKey });
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <ConfirmDialog
      danger
      title={r.title}
      text={r.text(nameOf(webhook))}
      action={r.title}
      working={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
