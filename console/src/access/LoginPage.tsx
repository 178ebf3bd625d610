import { Alert, Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { LanguageMenu, SchemeMenu } from '@/app/ChromeMenus';
import { ApiError } from '@/shared/api/client';
import { sessionQuery, signIn, signInByLink } from '@/shared/api/session';
import type { Me } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { PasswordField } from '@/shared/ui/PasswordField';
import { errorText, LoadingBlock } from '@/shared/ui/StateView';
import css from './login.module.css';
import { SetPasswordForm } from './SetPasswordForm';

export function LoginPage() {
  const t = useT();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [me, setMe] = useState<Me | null>(null);
  const [working, setWorking] = useState(Boolean(search.link));
  const [linkError, setLinkError] = useState<unknown>(null);
  const usedLink = useRef(false);
  useDocumentTitle(t.access.title);

  const enter = (session: Me) => {
    // Whoever was here before may have been somebody else: nothing that they loaded stays.
    queryClient.clear();
    queryClient.setQueryData(sessionQuery.queryKey, session);
    if (session.must_set_password) setMe(session);
    else {
      const next = search.next?.startsWith('/') && !search.next.startsWith('//') ? search.next : '/';
      navigate({ href: next, replace: true });
    }
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: a one-time link must be spent exactly once, when the page opens
  useEffect(() => {
    if (usedLink.current) return;
    usedLink.current = true;
    if (search.link) {
      const token = search.link;
      // The token leaves the address bar before it is used: it must not stay in the history.
      navigate({ to: '/login', search: search.next ? { next: search.next } : {}, replace: true });
      signInByLink(token)
        .then(enter, setLinkError)
        .finally(() => setWorking(false));
    } else if (search.step === 'password') {
      queryClient.fetchQuery(sessionQuery).then(enter, () => {});
    }
  }, []);

  return (
    <div className={css.page}>
      <div className={css.corner}>
        <LanguageMenu />
        <SchemeMenu />
      </div>
      <main id="main" className={css.card}>
        <img src="/favicon.svg" alt="" width={40} height={40} />
        {me ? (
          <SetPasswordForm me={me} onDone={enter} />
        ) : working ? (
          <>
            <h1 className={css.heading}>{t.access.linkWorking}</h1>
            <LoadingBlock />
          </>
        ) : (
          <SignInForm linkError={linkError} onSignedIn={enter} />
        )}
      </main>
    </div>
  );
}

const USUAL_WAIT_SECS = 30;

/** Counts down for the eye every second; for the ear it speaks when the wait begins and when it is over. */
function useWaiting() {
  const t = useT();
  const [waitSecs, setWaitSecs] = useState(0);
  const [announcement, setAnnouncement] = useState('');
  useEffect(() => {
    if (waitSecs <= 0) return;
    const timer = setTimeout(() => {
      setWaitSecs(waitSecs - 1);
      if (waitSecs === 1) setAnnouncement(t.access.tryNow);
    }, 1000);
    return () => clearTimeout(timer);
  }, [waitSecs, t]);
  const wait = (secs: number) => {
    setWaitSecs(secs);
    setAnnouncement(t.access.rateLimited(String(secs)));
  };
  return { waitSecs, announcement, wait };
}

function SignInForm({ linkError, onSignedIn }: { linkError: unknown; onSignedIn: (me: Me) => void }) {
  const t = useT();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string | null>(null);
  const { waitSecs, announcement, wait } = useWaiting();
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      onSignedIn(await signIn(email, password));
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 429) wait(failure.retryAfterSecs ?? USUAL_WAIT_SECS);
      else if (failure instanceof ApiError && failure.status === 401) setError(t.common.errors.invalid_credentials);
      else setError(errorText(t, failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit} className={css.form}>
      <h1 className={css.heading}>{t.access.heading}</h1>
      {linkError !== null && (
        <Alert color="red" title={t.access.linkFailed} role="alert">
          {linkError instanceof ApiError && linkError.status === 401
            ? t.access.linkFailedText
            : errorText(t, linkError)}
        </Alert>
      )}
      <TextInput
        label={t.access.email}
        type="email"
        name="email"
        autoComplete="username"
        required
        withAsterisk={false}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordField
        label={t.access.password}
        name="password"
        autoComplete="current-password"
        required
        withAsterisk={false}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {waitSecs > 0 && <p className="negative">{t.access.rateLimited(String(waitSecs))}</p>}
      <p className="visually-hidden" role="status">
        {announcement}
      </p>
      <div aria-live="polite" className={css.failure}>
        {error && waitSecs === 0 && <p className="negative">{error}</p>}
      </div>
      <Button type="submit" loading={busy} disabled={waitSecs > 0} fullWidth>
        {t.access.signIn}
      </Button>
      <p className={css.hint}>{t.access.help}</p>
    </form>
  );
}
