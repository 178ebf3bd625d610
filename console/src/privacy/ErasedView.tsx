import { IconUserX } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import { LoadingBlock, StateView } from '@/shared/ui/StateView';
import { erasuresQuery } from './api';

/** In the place of a customer who is not there: who was erased is told from nobody, to those who may know. */
export function NobodyThere({ id }: { id: string }) {
  return useCan()('privacy.read') ? <ErasedView id={id} /> : <NotFoundView />;
}

/** Among those erased lately, or nobody. */
function ErasedView({ id }: { id: string }) {
  const fmt = useFmt();
  const v = useT().privacy.erased;
  const query = useInfiniteQuery(erasuresQuery);
  if (query.isPending) return <LoadingBlock lines={3} height={80} />;
  const erasure = query.data?.pages
    .flatMap(({ items }) => items)
    .find(({ customer, profiles }) => customer === id || profiles.includes(id));
  if (!erasure) return <NotFoundView />;
  const at = fmt.listTime(erasure.requested_at);
  return (
    <>
      <PageHeader title={<span className="mono">{id}</span>} />
      <Panel>
        <StateView
          testId="state-erased"
          icon={<IconUserX size={28} stroke={1.5} />}
          title={v.title}
          text={erasure.state === 'running' ? v.running(at, fmt.listTime(erasure.deadline_at)) : v.done(at)}
        >
          <Link to="/settings/$section" params={{ section: 'privacy' }} search={{ erasure: erasure.id }}>
            {v.open}
          </Link>
        </StateView>
      </Panel>
    </>
  );
}
