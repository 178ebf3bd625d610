import { Button } from '@mantine/core';
import { IconAlertTriangle, IconMapPinOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { StateView } from '@/shared/ui/StateView';
import css from './fallbacks.module.css';

export function NotFoundPage() {
  const t = useT();
  useDocumentTitle(t.shell.notFoundTitle);
  return (
    <main id="main" tabIndex={-1} className={css.alone}>
      <NotFoundView />
    </main>
  );
}

export function NotFoundView() {
  const t = useT();
  return (
    <>
      <h1 className="visually-hidden">{t.shell.notFoundTitle}</h1>
      <StateView
        testId="state-not-found"
        icon={<IconMapPinOff size={28} stroke={1.5} />}
        title={t.shell.notFoundTitle}
        text={t.shell.notFoundText}
      >
        <Button component={Link} to="/">
          {t.shell.toHome}
        </Button>
      </StateView>
    </>
  );
}

export function RouteFailed() {
  const t = useT();
  return (
    <StateView
      testId="state-failed"
      icon={<IconAlertTriangle size={28} stroke={1.5} />}
      title={t.shell.failedTitle}
      text={t.shell.failedText}
    >
      <Button onClick={() => window.location.reload()}>{t.shell.reload}</Button>
    </StateView>
  );
}
