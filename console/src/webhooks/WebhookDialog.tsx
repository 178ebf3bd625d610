import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useT } from '@/shared/i18n';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { createWebhook, webhooksQuery } from './api';
import type { WebhookSettings, WebhookWithSecret } from './types';
import { useWebhookForm } from './useWebhookForm';
import { WebhookFields } from './WebhookFields';
import { changedFields, EMPTY, settingsOf } from './webhookForm';
import css from './webhooks.module.css';

interface Props {
  eventTypes: string[];
  onClose: () => void;
  onCreated: (created: WebhookWithSecret) => void;
}

export function WebhookDialog({ eventTypes, onClose, onCreated }: Props) {
  const t = useT();
  const w = t.webhooks;
  const queryClient = useQueryClient();
  const draft = useFoundDraft<WebhookSettings>('webhook');
  const form = useWebhookForm(draft?.value ?? EMPTY);
  const changed = changedFields(EMPTY, form.values).length > 0;
  const { restoredAt, drop } = useKeptDraft('webhook', changed ? form.values : null, draft);
  const keyOf = useKeyOfAttempt();
  const create = useMutation({
    mutationFn: () => {
      const settings = settingsOf(form.values);
      return createWebhook(settings, keyOf(settings));
    },
    onSuccess: (created) => {
      queryClient.invalidateQueries({ queryKey: webhooksQuery.queryKey });
      drop();
      onClose();
      onCreated(created);
    },
    onError: (error) => {
      form.refuse(error);
      notify(errorText(t, error), 'danger');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (form.check()) create.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={w.create} size="lg" closeButtonProps={{ 'aria-label': t.common.close }}>
      <LeaveGuard when={changed} onDiscard={drop} />
      <form onSubmit={submit} className={css.stack} noValidate>
        {restoredAt && <DraftNotice at={restoredAt} onDiscard={() => form.setValues(EMPTY)} />}
        <WebhookFields form={form} eventTypes={eventTypes} />
        <Button type="submit" loading={create.isPending}>
          {w.create}
        </Button>
      </form>
    </Modal>
  );
}
