import { Button, Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import { ApiError } from '@/shared/api/client';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { TheirChanges } from '@/shared/ui/TheirChanges';
import { updateWebhook, webhookQuery, webhooksQuery } from './api';
import type { Webhook, WebhookSettings } from './types';
import { useWebhookForm } from './useWebhookForm';
import { WebhookFields } from './WebhookFields';
import { changedFields, changeLines, onTop, settingsOf } from './webhookForm';
import css from './webhooks.module.css';

interface EditDraft {
  /** What the changes were made to, so that saving later still notices what others did meanwhile. */
  base: Webhook;
  form: WebhookSettings;
}

interface Props {
  webhook: Webhook;
  onSaved: (webhook: Webhook) => void;
  onClose: () => void;
}

export function EditDialog({ webhook, onSaved, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const e = t.webhooks.edit;
  const queryClient = useQueryClient();
  const list = useQuery(webhooksQuery);
  const draftName = `webhook.${webhook.id}`;
  const draft = useFoundDraft<EditDraft>(draftName);
  const [base, setBase] = useState(draft?.value.base ?? webhook);
  const [theirChanges, setTheirChanges] = useState<string[]>([]);
  const form = useWebhookForm(draft?.value.form ?? settingsOf(webhook));
  const changed = changedFields(base, form.values).length > 0;
  const { restoredAt, drop } = useKeptDraft(draftName, changed ? { base, form: form.values } : null, draft);

  const restart = () => {
    setBase(webhook);
    setTheirChanges([]);
    form.setValues(settingsOf(webhook));
  };
  const putOnTopOfTheirs = async () => {
    const { webhook: theirs } = await queryClient.fetchQuery({ ...webhookQuery(webhook.id), staleTime: 0 });
    setTheirChanges(changeLines(t, fmt, base, theirs));
    setBase(theirs);
    form.setValues(onTop(base, form.values, theirs));
  };
  const save = useMutation({
    mutationFn: async () => {
      try {
        return await updateWebhook(webhook.id, base.version, settingsOf(form.values));
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412) throw error;
        await putOnTopOfTheirs();
        return null;
      }
    },
    onSuccess: (saved) => {
      if (!saved) return;
      drop();
      notify(e.saved);
      onSaved(saved);
      onClose();
    },
    onError: (error) => {
      form.refuse(error);
      notify(errorText(t, error), 'danger');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (form.check()) save.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={e.title} size="lg" closeButtonProps={{ 'aria-label': t.common.close }}>
      <LeaveGuard when={changed} onDiscard={drop} />
      <form onSubmit={submit} className={css.stack} noValidate>
        {restoredAt && theirChanges.length === 0 && <DraftNotice at={restoredAt} onDiscard={restart} />}
        <TheirChanges title={e.conflictTitle} text={e.conflictText} lines={theirChanges} />
        <WebhookFields form={form} eventTypes={list.data?.event_types ?? webhook.event_types} />
        <Button type="submit" loading={save.isPending} disabled={!changed}>
          {e.save}
        </Button>
      </form>
    </Modal>
  );
}
