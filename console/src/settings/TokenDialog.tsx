import { Button, Modal, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import { ApiError } from '@/shared/api/client';
import type { RoleName } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { createToken, tokensQuery } from './api';
import { useRoleChoices } from './roles';
import css from './settings.module.css';

const EMPTY = { name: '', role: 'analyst' as RoleName, expires_in_days: 365 as number | string };

export function TokenDialog({ onClose, onSecret }: { onClose: () => void; onSecret: (secret: string) => void }) {
  const t = useT();
  const s = t.tokens;
  const queryClient = useQueryClient();
  const roles = useRoleChoices();
  const draft = useFoundDraft<typeof EMPTY>('token');
  const form = useForm({
    initialValues: draft?.value ?? EMPTY,
    validate: { name: (value) => (value.trim() ? null : t.access.required) },
  });
  const changed = JSON.stringify(form.values) !== JSON.stringify(EMPTY);
  const { restoredAt, drop } = useKeptDraft('token', changed ? form.values : null, draft);
  const submit = form.onSubmit(async ({ name, role, expires_in_days }) => {
    try {
      const created = await createToken({
        name: name.trim(),
        role,
        ...(expires_in_days === '' ? {} : { expires_in_days: Number(expires_in_days) }),
      });
      queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
      drop();
      onClose();
      if (created.token) onSecret(created.token);
    } catch (error) {
      if (error instanceof ApiError) form.setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    }
  });
  return (
    <Modal opened onClose={onClose} title={s.create} closeButtonProps={{ 'aria-label': t.common.close }}>
      <LeaveGuard when={changed} onDiscard={drop} />
      <form onSubmit={submit} className={css.stack} noValidate>
        {restoredAt && <DraftNotice at={restoredAt} onDiscard={() => form.setValues(EMPTY)} />}
        <TextInput label={s.name} data-autofocus {...form.getInputProps('name')} />
        <Select label={s.role} data={roles} {...form.getInputProps('role')} />
        <TextInput
          type="number"
          label={s.expires}
          description={s.expiresHint}
          min={1}
          max={3650}
          step={1}
          {...form.getInputProps('expires_in_days')}
        />
        <Button type="submit" loading={form.submitting}>
          {s.create}
        </Button>
      </form>
    </Modal>
  );
}
