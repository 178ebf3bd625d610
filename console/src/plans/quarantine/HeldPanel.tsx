import { Button, Checkbox, NativeSelect } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { useCan } from '@/access/me';
import { useEntryKeys } from '@/app/useEntryKeys';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { mask } from '@/shared/privacy/mask';
import { LoadMore } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import { StateView } from '@/shared/ui/StateView';
import type { Decision } from '../api';
import { type QuarantinedEvent, type QuarantinePage, VIOLATIONS } from '../types';
import { HeldRow } from './HeldRow';
import css from './quarantine.module.css';
import { type HeldFilter, hasReason, type Scope } from './scope';

/** A decision that somebody wants to make. */
export interface Asked {
  decision: Decision;
  scope: Scope;
  /** How many, where that is known before. */
  count: number | null;
}

interface Props {
  query: UseInfiniteQueryResult<InfiniteData<QuarantinePage>>;
  events: QuarantinedEvent[];
  filter: HeldFilter;
  onChoose: (filter: HeldFilter) => void;
  onAsk: (asked: Asked) => void;
}

/** The messages themselves, to be marked and decided about. */
export function HeldPanel({ query, events, filter, onChoose, onAsk }: Props) {
  const t = useT();
  const fmt = useFmt();
  const q = t.quarantine;
  const mayDecide = useCan()('sources.manage');
  const listRef = useRef<HTMLDivElement>(null);
  useEntryKeys(listRef);
  const [marked, setMarked] = useState<ReadonlySet<number>>(new Set());
  const loaded = query.data?.pages.flatMap((page) => page.items) ?? [];
  const facts = loaded.filter((fact) => hasReason(fact, filter.reason));
  const toggle = useCallback((id: number) => setMarked((before) => toggled(before, id)), []);
  // What is not there any more is not marked.
  const chosen = facts.filter(({ id }) => marked.has(id)).map(({ id }) => id);

  const ask = (decision: Decision) => {
    const ids = chosen.length > 0 ? chosen : null;
    onAsk({ decision, scope: { ...filter, ids }, count: ids?.length ?? heldCount(events, filter) });
  };
  return (
    <Panel flush title={q.list} testId="held">
      <FilterBar events={events} filter={filter} onChoose={onChoose} />
      {mayDecide && facts.length > 0 && (
        <div className={css.bar} data-testid="held-actions">
          <Checkbox
            label={chosen.length > 0 ? q.selected(fmt.count(chosen.length)) : q.selectAll}
            checked={chosen.length === facts.length}
            indeterminate={chosen.length > 0 && chosen.length < facts.length}
            onChange={() => setMarked(chosen.length > 0 ? new Set() : new Set(facts.map(({ id }) => id)))}
          />
          <div className={css.barEnd}>
            <Button size="xs" variant="default" onClick={() => ask('discard')}>
              {chosen.length > 0 ? q.discardSelected : q.discardAll}
            </Button>
            <Button size="xs" onClick={() => ask('release')}>
              {chosen.length > 0 ? q.releaseSelected : q.releaseAll}
            </Button>
          </div>
        </div>
      )}
      {facts.length === 0 ? (
        <StateView testId="state-no-match" title={query.hasNextPage ? q.noMatchMore : q.noMatchTitle}>
          <Button variant="default" onClick={() => onChoose({ event: null, reason: null })}>
            {q.clearFilter}
          </Button>
        </StateView>
      ) : (
        <div ref={listRef}>
          <ul className={css.rows} aria-label={q.list}>
            {facts.map((fact) => (
              <HeldRow key={fact.id} fact={fact} selected={mayDecide ? marked.has(fact.id) : null} onSelect={toggle} />
            ))}
          </ul>
        </div>
      )}
      {filter.reason !== null && query.hasNextPage && (
        <p className={css.partial}>{q.loadedOnly(fmt.count(facts.length), fmt.count(loaded.length))}</p>
      )}
      <LoadMore query={query} />
    </Panel>
  );
}

function toggled(before: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const after = new Set(before);
  if (!after.delete(id)) after.add(id);
  return after;
}

/** Null where only the list of facts can tell. */
function heldCount(events: QuarantinedEvent[], { event, reason }: HeldFilter): number | null {
  if (reason !== null) return null;
  const meant = event ? events.filter((one) => one.event_type === event.type && one.event === event.name) : events;
  return meant.reduce((sum, { facts }) => sum + facts, 0);
}

function FilterBar({ events, filter, onChoose }: Pick<Props, 'events' | 'filter' | 'onChoose'>) {
  const t = useT();
  const q = t.quarantine;
  // Places, because names may be anything.
  const at = events.findIndex((one) => one.event_type === filter.event?.type && one.event === filter.event.name);
  return (
    <div className={css.filters}>
      <NativeSelect
        size="xs"
        aria-label={q.event}
        value={filter.event ? String(at) : ''}
        onChange={(input) => {
          const one = events[Number(input.currentTarget.value)];
          const none = input.currentTarget.value === '' || !one;
          onChoose({ ...filter, event: none ? null : { type: one.event_type, name: one.event } });
        }}
      >
        <option value="">{q.allEvents}</option>
        {at < 0 && filter.event && (
          <option value="-1" translate="no">
            {filter.event.type} {mask('text', filter.event.name)}
          </option>
        )}
        {events.map((one, place) => (
          <option key={`${one.event_type} ${one.event}`} value={String(place)} translate="no">
            {one.event_type} {mask('text', one.event)}
          </option>
        ))}
      </NativeSelect>
      <NativeSelect
        size="xs"
        aria-label={q.reason}
        value={filter.reason ?? ''}
        onChange={(input) => onChoose({ ...filter, reason: input.currentTarget.value || null })}
        data={[
          { value: '', label: q.allReasons },
          ...VIOLATIONS.map((value) => ({ value, label: t.sources.violations.kinds[value] })),
        ]}
      />
      <span className={css.order}>{q.order}</span>
    </div>
  );
}
