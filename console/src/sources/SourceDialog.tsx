import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import type { SourceWithKey } from '@/shared/api/types';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useT } from '@/shared/i18n';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { createSource, sourcesQuery } from './api';
import { SourceFields } from './SourceFields';
import { EMPTY, type SourceForm, settingsOf } from './sourceForm';
import css from './sources.module.css';
import { useSourceForm } from './useSourceForm';

interface Props {
  onClose: () => void;
  onCreated: (created: SourceWithKey) => void;
}

export function SourceDialog({ onClose, onCreated }: Props) {
  const t = useT();
  const s = t.sources;
  const queryClient = useQueryClient();
  const draft = useFoundDraft<SourceForm>('source');
  const form = useSourceForm(draft?.value ?? EMPTY);
  const changed = JSON.stringify(form.values) !== JSON.stringify(EMPTY);
  const { restoredAt, drop } = useKeptDraft('source', changed ? form.values : null, draft);
  const keyOf = useKeyOfAttempt();
  const create = useMutation({
    mutationFn: () => {
      const { state: _, ...settings } = settingsOf(form.values, 'active');
      return createSource(settings, keyOf(settings));
    },
    onSuccess: (created) => {
      queryClient.invalidateQueries({ queryKey: sourcesQuery.queryKey });
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
    <Modal opened onClose={onClose} title={s.create} closeButtonProps={{ 'aria-label': t.common.close }}>
      <LeaveGuard when={changed} onDiscard={drop} />
      <form onSubmit={submit} className={css.stack} noValidate>
        {restoredAt && <DraftNotice at={restoredAt} onDiscard={() => form.setValues(EMPTY)} />}
        <SourceFields form={form} />
        <Button type="submit" loading={create.isPending}>
          {s.create}
        </Button>
      </form>
    </Modal>
  );
}
