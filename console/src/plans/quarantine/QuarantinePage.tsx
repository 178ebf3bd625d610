import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Search } from '@/app/search';
import type { SourceDetail } from '@/shared/api/types';
import { ErrorPanel, LoadingBlock, RefreshFailed } from '@/shared/ui/StateView';
import { SourceScreen } from '@/sources/SourceScreen';
import { heldQuery } from '../api';
import { EventSums } from './EventSums';
import type { Asked } from './HeldPanel';
import { NothingHeld } from './NothingHeld';
import css from './quarantine.module.css';
import { SourceChoice } from './SourceChoice';
import { filterOf, type HeldFilter } from './scope';

const HeldPanel = lazy(() => import('./HeldPanel').then((module) => ({ default: module.HeldPanel })));
/** For one in many visits. */
const DecisionDialog = lazy(() => import('./DecisionDialog').then((module) => ({ default: module.DecisionDialog })));

/** What of a source is kept aside, why, and the decision about it. The filter is in the address. */
export function QuarantinePage() {
  return <SourceScreen view="quarantine">{(detail) => <Held detail={detail} />}</SourceScreen>;
}

function Held({ detail }: { detail: SourceDetail }) {
  const id = detail.source.id;
  const { filter, choose } = useHeldFilter();
  // Here, because what came of it is still to be read when nothing is held any more.
  const [asked, setAsked] = useState<Asked | null>(null);
  const query = useInfiniteQuery(heldQuery(id, filter.event));
  const first = query.data?.pages[0];
  return (
    <>
      <SourceChoice current={detail.source} />
      {!query.data && query.error && <ErrorPanel error={query.error} onRetry={() => query.refetch()} />}
      {query.data && !query.isFetchNextPageError && <RefreshFailed query={query} />}
      {!first && !query.error && <LoadingBlock lines={6} height={40} />}
      {first && first.events.length === 0 && <NothingHeld id={id} />}
      {first && first.events.length > 0 && (
        <div className={css.stack}>
          <EventSums events={first.events} filter={filter} onChoose={choose} />
          <Suspense fallback={<LoadingBlock lines={6} height={40} />}>
            <HeldPanel
              key={`${id} ${filter.event?.type} ${filter.event?.name} ${filter.reason}`}
              query={query}
              events={first.events}
              filter={filter}
              onChoose={choose}
              onAsk={setAsked}
            />
          </Suspense>
        </div>
      )}
      <Suspense fallback={null}>
        {asked && <DecisionDialog sourceId={id} {...asked} onClose={() => setAsked(null)} />}
      </Suspense>
    </>
  );
}

function useHeldFilter() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const choose = ({ event, reason }: HeldFilter) =>
    navigate({
      to: '.',
      search: {
        ...(event ? { event_type: event.type, event: event.name } : {}),
        ...(reason ? { reason } : {}),
      },
      replace: true,
      resetScroll: false,
    });
  return { filter: filterOf(search), choose };
}
