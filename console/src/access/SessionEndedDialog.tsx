import { Button, Modal, TextInput } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { signIn } from '@/shared/api/session';
import { useT } from '@/shared/i18n';
import { PasswordField } from '@/shared/ui/PasswordField';
import { errorText } from '@/shared/ui/StateView';
import css from './login.module.css';

interface Props {
  opened: boolean;
  email: string;
  onSignedIn: () => void;
}

export function SessionEndedDialog({ opened, email, onSignedIn }: Props) {
  const t = useT();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { href } = useLocation();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await signIn(email, password);
      setPassword('');
      onSignedIn();
    } catch (failure) {
      setError(errorText(t, failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={() => {}} withCloseButton={false} title={t.shell.sessionEnded}>
      <form onSubmit={submit}>
        <p>{t.shell.sessionEndedText}</p>
        <TextInput mt="sm" label={t.access.email} value={email} readOnly autoComplete="username" />
        <PasswordField
          mt="sm"
          label={t.access.password}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          error={error}
          data-autofocus
        />
        <Button type="submit" mt="md" fullWidth loading={busy}>
          {t.access.signIn}
        </Button>
        {/* For whoever has no password that works, or is somebody else. */}
        <p className={css.other}>
          <Link to="/login" search={{ next: href }}>
            {t.access.otherWay}
          </Link>
        </p>
      </form>
    </Modal>
  );
}
