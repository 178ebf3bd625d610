import { Outlet } from '@tanstack/react-router';
import { type Right, useCan } from '@/access/me';
import { type Messages, useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { PageHeader } from '@/shared/ui/Panel';
import { ForbiddenView } from '@/shared/ui/StateView';

type GuardedPage = Exclude<keyof Messages['shell']['nav'], 'home' | 'customers' | 'settings'>;

/** Around the pages of one right: who lacks it is told so, and the pages behind ask for nothing. */
export function Needs({ right, page }: { right: Right; page: GuardedPage }) {
  const can = useCan();
  return can(right) ? <Outlet /> : <Closed right={right} page={page} />;
}

function Closed({ right, page }: { right: Right; page: GuardedPage }) {
  const name = useT().shell.nav[page];
  useDocumentTitle(name);
  return (
    <>
      <PageHeader title={name} />
      <ForbiddenView right={right} />
    </>
  );
}
