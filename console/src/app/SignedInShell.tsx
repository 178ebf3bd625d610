import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { MeProvider } from '@/access/me';
import { ApiError, setSignedOutHandler } from '@/shared/api/client';
import { sessionQuery, settingsQuery } from '@/shared/api/session';
import { useRefreshAfterValueRun } from '@/shared/api/useValueRun';
import { FmtProvider } from '@/shared/fmt';
import { storedLocale, useLocale } from '@/shared/i18n';
import { PrivacyProvider } from '@/shared/privacy/Privacy';
import { ErrorPanel, LoadingBlock } from '@/shared/ui/StateView';
import { Shell } from './Shell';

const SessionEndedDialog = lazy(() =>
  import('@/access/SessionEndedDialog').then((module) => ({ default: module.SessionEndedDialog })),
);

/** Everything behind the sign-in. An expired session asks for the password over the page, so a form keeps its content. */
export function SignedInShell() {
  const session = useQuery(sessionQuery);
  const settings = useQuery({
    ...settingsQuery,
    enabled: session.data !== undefined && !session.data.must_set_password,
  });
  const queryClient = useQueryClient();
  const { setLocale } = useLocale();
  const [ended, setEnded] = useState(false);

  useEffect(() => {
    setSignedOutHandler(() => setEnded(true));
    return () => setSignedOutHandler(() => {});
  }, []);
  const preferred = session.data?.locale ?? settings.data?.settings.default_locale;
  useEffect(() => {
    // Not remembered on this device: the account or the brand may choose another one later.
    if (preferred && storedLocale() === null) setLocale(preferred, { remember: false });
  }, [preferred, setLocale]);

  if (isSignedOut(session.error) || (!settings.data && isSignedOut(settings.error))) return <ToSignIn />;
  if (session.data?.must_set_password) return <Navigate to="/login" search={{ step: 'password' }} replace />;
  if (!session.data || !settings.data) {
    const failed = [session, settings].find((query) => query.error);
    return (
      <main id="main" style={{ padding: 24 }}>
        {failed ? (
          <ErrorPanel error={failed.error} onRetry={() => failed.refetch()} />
        ) : (
          <LoadingBlock lines={4} height={48} />
        )}
      </main>
    );
  }

  const resume = () => {
    setEnded(false);
    queryClient.invalidateQueries();
  };
  return (
    <MeProvider me={session.data}>
      <FmtProvider timeZone={settings.data.settings.time_zone}>
        <RefreshAfterValueRun />
        <PrivacyProvider key={session.data.id} person={session.data.id}>
          <Shell brandName={settings.data.settings.brand_name}>
            <Outlet />
          </Shell>
        </PrivacyProvider>
        {ended && (
          <Suspense fallback={null}>
            <SessionEndedDialog opened email={session.data.email} onSignedIn={resume} />
          </Suspense>
        )}
      </FmtProvider>
    </MeProvider>
  );
}

function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

/** A component of its own, so that its polling renders nothing else. */
function RefreshAfterValueRun() {
  useRefreshAfterValueRun();
  return null;
}

/** Goes once, with the address as it was on arrival: while /login loads, the address is already the new one. */
function ToSignIn() {
  const { pathname, href } = useLocation();
  const [next] = useState(pathname === '/' || pathname === '/login' ? undefined : href);
  const navigate = useNavigate();
  useEffect(() => {
    navigate({ to: '/login', search: next ? { next } : {}, replace: true });
  }, [navigate, next]);
  return null;
}
