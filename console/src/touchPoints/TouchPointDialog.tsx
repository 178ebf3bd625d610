import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import { ApiError } from '@/shared/api/client';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useT } from '@/shared/i18n';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { useFields } from '@/shared/ui/useFields';
import { createTouchPoint, touchPointsQuery } from './api';
import { CODE_MAX, codeFrom, EMPTY, faultsOf, NAME_MAX, trimmed } from './touchPointForm';
import css from './touchPoints.module.css';
import type { NewTouchPoint } from './types';

const DRAFT = 'touch-point';

/** A touch-point of the brand's own. Its code is for ever, so it is suggested and can be changed only here. */
export function TouchPointDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const { touchPoints: p } = t;
  const f = p.form;
  useFocusBack();
  const queryClient = useQueryClient();
  const draft = useFoundDraft<NewTouchPoint>(DRAFT);
  const form = useFields<NewTouchPoint>(draft?.value ?? EMPTY);
  const changed = JSON.stringify(trimmed(form.values)) !== JSON.stringify(EMPTY);
  const { restoredAt, drop } = useKeptDraft(DRAFT, changed ? form.values : null, draft);
  const keyOf = useKeyOfAttempt();
  const create = useMutation({
    mutationFn: () => {
      const made = trimmed(form.values);
      return createTouchPoint(made, keyOf(made));
    },
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: touchPointsQuery.queryKey });
      drop();
      notify(p.created);
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409) form.check({ code: f.taken });
      else {
        form.refuse(error);
        notify(errorText(t, error), 'danger');
      }
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (form.check(faultsOf(t, form.values))) create.mutate();
  };
  const setEnglish = (name: string) => {
    // As long as nobody has typed a code of their own.
    if (form.values.code === codeFrom(form.values.name_en)) form.set('code', codeFrom(name));
    form.set('name_en', name);
  };
  return (
    <Modal opened onClose={onClose} title={p.create} closeButtonProps={{ 'aria-label': t.common.close }}>
      <LeaveGuard when={changed} onDiscard={drop} />
      <form onSubmit={submit} className={css.stack} noValidate>
        {restoredAt && <DraftNotice at={restoredAt} onDiscard={() => form.setValues(EMPTY)} />}
        <TextInput
          label={f.nameZh}
          description={f.nameZhHint}
          maxLength={NAME_MAX}
          data-autofocus
          {...form.field('name_zh')}
        />
        <TextInput
          label={f.nameEn}
          description={f.nameEnHint}
          maxLength={NAME_MAX}
          {...form.field('name_en')}
          onChange={(event) => setEnglish(event.currentTarget.value)}
        />
        <TextInput label={f.code} description={f.codeHint} maxLength={CODE_MAX} {...form.field('code')} />
        <Button type="submit" loading={create.isPending}>
          {p.create}
        </Button>
      </form>
    </Modal>
  );
}
