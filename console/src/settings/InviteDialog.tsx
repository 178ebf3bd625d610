import { Button, Modal, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { ApiError } from '@/shared/api/client';
import type { RoleName } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { createUser, usersQuery } from './api';
import { useRoleChoices } from './roles';
import css from './settings.module.css';
import type { MadeLink } from './TeamSection';

export function InviteDialog({ onClose, onLink }: { onClose: () => void; onLink: (link: MadeLink) => void }) {
  const t = useT();
  const s = t.team;
  const queryClient = useQueryClient();
  const roles = useRoleChoices();
  const form = useForm({
    initialValues: { name: '', email: '', role: 'operator' as RoleName },
    validate: {
      name: (value) => (value.trim() ? null : t.access.required),
      email: (value) => (value.includes('@') ? null : t.access.required),
    },
  });
  const submit = form.onSubmit(async (values) => {
    try {
      const { user, sign_in_link } = await createUser({
        ...values,
        name: values.name.trim(),
        email: values.email.trim(),
      });
      queryClient.invalidateQueries({ queryKey: usersQuery.queryKey });
      onClose();
      // A repeated request finds the person, but not the link, which was shown the first time.
      if (sign_in_link) onLink({ name: user.name, path: sign_in_link });
      else notify(s.noLink, 'danger');
    } catch (error) {
      if (error instanceof ApiError) form.setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    }
  });
  return (
    // Name and address of a person are kept nowhere: so a stray click does not close what has been begun.
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={!form.isDirty()}
      title={s.invite}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <LeaveGuard when={form.isDirty()} />
      <form onSubmit={submit} className={css.stack} noValidate>
        <TextInput label={s.name} data-autofocus {...form.getInputProps('name')} />
        <TextInput label={s.email} type="email" {...form.getInputProps('email')} />
        <Select label={t.settings.user.role} data={roles} {...form.getInputProps('role')} />
        <Button type="submit" loading={form.submitting}>
          {s.invite}
        </Button>
      </form>
    </Modal>
  );
}
