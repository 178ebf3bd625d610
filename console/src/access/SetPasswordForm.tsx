import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { ApiError } from '@/shared/api/client';
import { savePreferences, setPassword } from '@/shared/api/session';
import type { Me } from '@/shared/api/types';
import { useLocale, useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { PasswordField } from '@/shared/ui/PasswordField';
import { errorText } from '@/shared/ui/StateView';
import css from './login.module.css';
import { SHORTEST_PASSWORD } from './password';

/** The first administrator has a made-up address until somebody gives the real one. */
function ownEmail(me: Me): string {
  return me.email.endsWith('.invalid') ? '' : me.email;
}

export function SetPasswordForm({ me, onDone }: { me: Me; onDone: (me: Me) => void }) {
  const t = useT();
  const { locale } = useLocale();
  const [error, setError] = useState<string | null>(null);
  const form = useForm({
    initialValues: { email: ownEmail(me), name: me.name, new_password: '' },
    validate: {
      email: (value) => (value.includes('@') ? null : t.access.required),
      name: (value) => (value.trim() ? null : t.access.required),
      new_password: (value) => ([...value].length >= SHORTEST_PASSWORD ? null : t.access.passwordTooShort),
    },
  });
  const submit = form.onSubmit(async (values) => {
    setError(null);
    try {
      const me = await setPassword({ ...values, name: values.name.trim(), email: values.email.trim() });
      // The language goes on as it began; where that cannot be saved, it is the brand's.
      onDone(me.locale ? me : await savePreferences(locale).catch(() => me));
    } catch (failure) {
      if (failure instanceof ApiError) form.setErrors(fieldErrors(t, failure));
      setError(errorText(t, failure));
    }
  });
  return (
    <form onSubmit={submit} className={css.form} noValidate>
      <h1 className={css.heading}>{t.access.setPasswordHeading}</h1>
      <p className={css.hint}>{t.access.setPasswordText}</p>
      <TextInput
        label={t.access.email}
        type="email"
        name="email"
        autoComplete="username"
        {...form.getInputProps('email')}
      />
      <TextInput label={t.access.name} name="name" autoComplete="name" {...form.getInputProps('name')} />
      <PasswordField
        label={t.access.newPassword}
        description={t.access.passwordHint}
        name="new_password"
        autoComplete="new-password"
        {...form.getInputProps('new_password')}
      />
      {error && (
        <p className="negative" role="alert">
          {error}
        </p>
      )}
      <Button type="submit" loading={form.submitting} fullWidth>
        {t.access.savePassword}
      </Button>
    </form>
  );
}
