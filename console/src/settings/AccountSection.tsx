import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ChangeEvent, type FormEvent, useState } from 'react';
import { useMe } from '@/access/me';
import { SHORTEST_PASSWORD } from '@/access/password';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { ApiError } from '@/shared/api/client';
import { sessionQuery, setPassword } from '@/shared/api/session';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { PasswordField } from '@/shared/ui/PasswordField';
import { errorText } from '@/shared/ui/StateView';
import css from './settings.module.css';

const EMPTY = { current_password: '', new_password: '' };
type Field = keyof typeof EMPTY;

/** What everybody may change of themselves. Two fields; the library of the long forms would be more than they are. */
export function AccountSection() {
  const t = useT();
  const s = t.settings.account;
  const me = useMe();
  const queryClient = useQueryClient();
  const [values, setValues] = useState(EMPTY);
  const [errors, setErrors] = useState<Partial<Record<Field, string>>>({});
  const save = useMutation({
    mutationFn: () => setPassword(values),
    onSuccess: (changed) => {
      queryClient.setQueryData(sessionQuery.queryKey, changed);
      setValues(EMPTY);
      notify(s.saved);
    },
    onError: (error) => {
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wrong: typeof errors = {};
    if (!values.current_password) wrong.current_password = t.access.required;
    if ([...values.new_password].length < SHORTEST_PASSWORD) wrong.new_password = t.access.passwordTooShort;
    setErrors(wrong);
    if (Object.keys(wrong).length === 0) save.mutate();
  };
  const field = (name: Field) => ({
    name,
    value: values[name],
    error: errors[name],
    onChange: (event: ChangeEvent<HTMLInputElement>) => setValues({ ...values, [name]: event.currentTarget.value }),
  });
  return (
    <Panel title={s.title}>
      <LeaveGuard when={Object.values(values).some(Boolean)} />
      <form onSubmit={submit} className={css.narrow} noValidate>
        <p className="muted">{s.text}</p>
        {/* For the password manager, which files a password under a name. */}
        <TextInput label={t.access.email} value={me.email} readOnly autoComplete="username" />
        <PasswordField label={s.currentPassword} autoComplete="current-password" {...field('current_password')} />
        <PasswordField
          label={t.access.newPassword}
          description={t.access.passwordHint}
          autoComplete="new-password"
          {...field('new_password')}
        />
        <div className={css.formFoot}>
          <Button type="submit" loading={save.isPending}>
            {s.save}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
