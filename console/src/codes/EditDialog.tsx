import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import { useBrand } from '@/customers/useBrand';
import { ApiError } from '@/shared/api/client';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { TheirChanges } from '@/shared/ui/TheirChanges';
import { useFields } from '@/shared/ui/useFields';
import { codeQuery, updateCode } from './api';
import css from './codes.module.css';
import { changedFields, changeLines, changeOf, type EditForm, formOf, onTop } from './edit';
import { NAME_MAX } from './limits';
import type { Code, CodeChange } from './types';

interface EditDraft {
  /** What the changes were made to, so that saving later still notices what others did meanwhile. */
  base: Code;
  form: EditForm;
}

interface Props {
  code: Code;
  onSaved: (code: Code) => void;
  onClose: () => void;
}

export function EditDialog({ code, onSaved, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const brand = useBrand();
  const { edit: e, form: f } = t.codes;
  useFocusBack();
  const queryClient = useQueryClient();
  const draftName = `code.${code.id}`;
  const draft = useFoundDraft<EditDraft>(draftName);
  const [base, setBase] = useState(draft?.value.base ?? code);
  const [theirs, setTheirs] = useState<string[]>([]);
  const form = useFields<EditForm>(draft?.value.form ?? formOf(code, brand));
  const before = formOf(base, brand);
  const changed = changedFields(before, form.values).length > 0;
  const { restoredAt, drop } = useKeptDraft(draftName, changed ? { base, form: form.values } : null, draft);
  const restart = () => {
    setBase(code);
    setTheirs([]);
    form.setValues(formOf(code, brand));
  };
  const putOnTopOfTheirs = async () => {
    const newer = await queryClient.fetchQuery({ ...codeQuery(code.id), staleTime: 0 });
    setTheirs(changeLines(t, fmt, brand, base, newer));
    form.setValues(onTop(before, form.values, formOf(newer, brand)));
    setBase(newer);
  };
  const save = useMutation({
    mutationFn: async (change: CodeChange) => {
      try {
        return await updateCode(code.id, base.version, change);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412) throw error;
        await putOnTopOfTheirs();
        return null;
      }
    },
    onSuccess: (saved) => {
      if (!saved) return;
      drop();
      notify(e.done);
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
    const { change, faults } = changeOf(form.values, brand, t);
    if (form.check(faults) && change) save.mutate(change);
  };
  return (
    <Modal opened onClose={onClose} title={e.title} size="lg" closeButtonProps={{ 'aria-label': t.common.close }}>
      <LeaveGuard when={changed} onDiscard={drop} />
      <form onSubmit={submit} className={css.stack} noValidate>
        {restoredAt && theirs.length === 0 && <DraftNotice at={restoredAt} onDiscard={restart} />}
        <TheirChanges title={e.conflictTitle} text={e.conflictText} lines={theirs} />
        <TextInput label={f.name} maxLength={NAME_MAX} data-autofocus {...form.field('name')} />
        <TextInput label={f.target} description={f.targetHint} type="url" {...form.field('target')} />
        <TextInput
          label={f.cost}
          description={f.costHint}
          inputMode="decimal"
          leftSection={fmt.symbol(brand.currency) || undefined}
          {...form.field('cost')}
        />
        <p className="muted">{e.text}</p>
        <Button type="submit" loading={save.isPending} disabled={!changed}>
          {e.save}
        </Button>
      </form>
    </Modal>
  );
}
