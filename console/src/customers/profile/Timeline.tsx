import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import type { Search } from '@/app/search';
import { useEntryKeys } from '@/app/useEntryKeys';
import type { TimelineKind } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { ErrorPanel, LoadingBlock } from '@/shared/ui/StateView';
import { timelineQuery } from '../api';
import { EntryDays } from './EntryDays';
import css from './timeline.module.css';

const KINDS: TimelineKind[] = ['order', 'refund', 'gift', 'cancelled', 'unpaid', 'adjustment', 'customer_update'];

/** Newest first, grouped by day; J and K move between entries, Enter opens one. */
export function Timeline({ id }: { id: string }) {
  const t = useT();
  const p = t.customers.profile;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const kind = KINDS.find((one) => one === search.kind) ?? null;
  const query = useInfiniteQuery(timelineQuery(id, kind));
  const listRef = useRef<HTMLDivElement>(null);
  useEntryKeys(listRef);

  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div id="timeline" ref={listRef}>
      <div className={css.filter}>
        <SegmentedControl
          size="xs"
          aria-label={p.kindFilter}
          value={kind ?? ''}
          onChange={(next) =>
            navigate({ to: '.', search: next ? { kind: next } : {}, state: true, replace: true, resetScroll: false })
          }
          data={[{ value: '', label: p.allKinds }, ...KINDS.map((one) => ({ value: one, label: t.common.kinds[one] }))]}
        />
        <span className={css.hint}>{p.keysHint}</span>
      </div>
      {query.isPending && (
        <div className={css.pad}>
          <LoadingBlock lines={6} height={40} />
        </div>
      )}
      {query.error && (
        <div className={css.pad}>
          <ErrorPanel error={query.error} onRetry={() => query.refetch()} />
        </div>
      )}
      {query.data && entries.length === 0 && <p className={`${css.pad} muted`}>{p.emptyTimeline}</p>}
      <EntryDays entries={entries} />
      {query.hasNextPage && (
        <div className={css.more}>
          <Button variant="default" onClick={() => query.fetchNextPage()} loading={query.isFetchingNextPage}>
            {t.common.loadMore}
          </Button>
        </div>
      )}
      {query.data && entries.length > 0 && !query.hasNextPage && <p className={css.end}>{p.end}</p>}
    </div>
  );
}
