import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import { ApiError } from '@/shared/api/client';
import type { Source } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { TheirChanges } from '@/shared/ui/TheirChanges';
import { sourceQuery, updateSource } from './api';
import { SourceFields } from './SourceFields';
import { changedFields, changeLines, formOf, onTop, type SourceForm, settingsOf } from './sourceForm';
import css from './sources.module.css';
import { useSourceForm } from './useSourceForm';

interface EditDraft {
  /** What the changes were made to, so that saving later still notices what others did meanwhile. */
  base: Source;
  form: SourceForm;
}

interface Props {
  source: Source;
  onSaved: (source: Source) => void;
  onClose: () => void;
}

export function EditDialog({ source, onSaved, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const s = t.sources;
  const queryClient = useQueryClient();
  const draftName = `source.${source.id}`;
  const draft = useFoundDraft<EditDraft>(draftName);
  const [base, setBase] = useState(draft?.value.base ?? source);
  const [theirChanges, setTheirChanges] = useState<string[]>([]);
  const form = useSourceForm(draft?.value.form ?? formOf(source));
  const mine = settingsOf(form.values, base.state);
  const changed = changedFields(base, mine).length > 0;
  const { restoredAt, drop } = useKeptDraft(draftName, changed ? { base, form: form.values } : null, draft);

  const restart = () => {
    setBase(source);
    setTheirChanges([]);
    form.setValues(formOf(source));
  };
  const putOnTopOfTheirs = async () => {
    const { source: theirs } = await queryClient.fetchQuery({ ...sourceQuery(source.id), staleTime: 0 });
    setTheirChanges(changeLines(t, fmt, base, theirs));
    setBase(theirs);
    form.setValues(formOf(onTop(base, mine, theirs)));
  };
  const save = useMutation({
    mutationFn: async () => {
      try {
        return await updateSource(source.id, base.version, mine);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412) throw error;
        await putOnTopOfTheirs();
        return null;
      }
    },
    onSuccess: (saved) => {
      if (!saved) return;
      drop();
      notify(s.edit.saved);
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
    <Modal opened onClose={onClose} title={s.edit.title} closeButtonProps={{ 'aria-label': t.common.close }}>
      <LeaveGuard when={changed} onDiscard={drop} />
      <form onSubmit={submit} className={css.stack} noValidate>
        {restoredAt && theirChanges.length === 0 && <DraftNotice at={restoredAt} onDiscard={restart} />}
        <TheirChanges title={s.edit.conflictTitle} text={s.edit.conflictText} lines={theirChanges} />
        <SourceFields form={form} exists />
        <Button type="submit" loading={save.isPending} disabled={!changed}>
          {s.edit.save}
        </Button>
      </form>
    </Modal>
  );
}
