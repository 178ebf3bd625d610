import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import { ApiError } from '@/shared/api/client';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { publishText, purposesQuery } from './api';
import css from './consent.module.css';
import { nextVersion } from './purposeForm';
import type { Purpose } from './types';

const VERSION_CHARACTERS_MAX = 64;
const LOCALE_CHARACTERS_MAX = 35;

interface Props {
  purpose: Purpose;
  onClose: () => void;
}

/** Words that people agree to. Once they are published they never change. */
export function TextDialog({ purpose, onClose }: Props) {
  const t = useT();
  const x = t.consent.register.textForm;
  const queryClient = useQueryClient();
  const [empty] = useState({ version: nextVersion(purpose), locale: purpose.texts[0]?.locale ?? 'zh-CN', text: '' });
  const draftName = `text.${purpose.code}`;
  const draft = useFoundDraft<typeof empty>(draftName);
  const [form, setForm] = useState(draft?.value ?? empty);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const changed = form.text !== '';
  const { restoredAt, drop } = useKeptDraft(draftName, changed ? form : null, draft);
  const keyOf = useKeyOfAttempt();
  const set = (next: Partial<typeof form>) => {
    setForm((before) => ({ ...before, ...next }));
    setErrors({});
  };
  const publish = useMutation({
    mutationFn: () => publishText(purpose.code, form, keyOf(form)),
    onSuccess: () => {
      drop();
      queryClient.invalidateQueries({ queryKey: purposesQuery.queryKey });
      notify(x.done);
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'conflict') return setErrors({ version: x.taken });
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found: Record<string, string> = {};
    if (form.version.trim() === '') found.version = t.access.required;
    if (form.text.trim() === '') found.text = t.access.required;
    setErrors(found);
    if (Object.keys(found).length === 0) publish.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={x.title(purpose.name)}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <LeaveGuard when={changed} onDiscard={drop} />
      <form onSubmit={submit} className={css.stack} noValidate>
        {restoredAt && <DraftNotice at={restoredAt} onDiscard={() => setForm(empty)} />}
        <p>{x.about}</p>
        <div className={css.pair}>
          <TextInput
            label={x.version}
            maxLength={VERSION_CHARACTERS_MAX}
            value={form.version}
            error={errors.version}
            onChange={(event) => set({ version: event.currentTarget.value })}
          />
          <TextInput
            label={x.locale}
            description={x.localeHint}
            maxLength={LOCALE_CHARACTERS_MAX}
            value={form.locale}
            error={errors.locale}
            onChange={(event) => set({ locale: event.currentTarget.value })}
          />
        </div>
        <Textarea
          label={x.text}
          rows={8}
          value={form.text}
          error={errors.text}
          onChange={(event) => set({ text: event.currentTarget.value })}
          data-autofocus
        />
        <Button type="submit" loading={publish.isPending}>
          {x.action}
        </Button>
      </form>
    </Modal>
  );
}
