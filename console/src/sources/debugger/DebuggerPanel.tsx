import { Button, NativeSelect, SegmentedControl } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import type { Search } from '@/app/search';
import { useEntryKeys } from '@/app/useEntryKeys';
import type { Source, SourceLogEntry } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { ScrollRegion } from '@/shared/ui/ScrollRegion';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { sourceLogQuery } from '../api';
import css from './debugger.module.css';
import { LogRow } from './LogRow';
import { filterOf, type LogFilter, matches, OUTCOMES, TYPES } from './log';
import { NothingYet } from './NothingYet';

/** What arrives at a source and what is refused, as it happens. The filter is in the address. */
export function DebuggerPanel({ source }: { source: Source }) {
  const t = useT();
  const d = t.sources.debugger;
  const query = useQuery(sourceLogQuery(source.id));
  return (
    <Panel flush title={d.title} explain={<Explain name={d.title} definition={d.about} />} testId="debugger">
      <QueryView
        query={query}
        quiet
        loading={
          <div className={css.pad}>
            <LoadingBlock lines={6} height={40} />
          </div>
        }
      >
        {(entries) => <Log source={source} entries={entries} />}
      </QueryView>
    </Panel>
  );
}

/** Rows at once; the rest is a click away. */
const SHOWN_STEP = 50;

function Log({ source, entries }: { source: Source; entries: SourceLogEntry[] }) {
  const t = useT();
  const d = t.sources.debugger;
  const listRef = useRef<HTMLDivElement>(null);
  useEntryKeys(listRef);
  const [beganEmpty] = useState(entries.length === 0);
  const { held, hold, goOn } = useHeld(source.id);
  const [most, setMost] = useState(SHOWN_STEP);
  const { filter, choose } = useLogFilter();
  if (entries.length === 0) return <NothingYet source={source} />;

  const all = held ?? entries;
  const matching = all.filter((entry) => matches(entry, filter));
  const newestHeld = held?.[0]?.id ?? 0;
  const waiting = held ? entries.filter((entry) => entry.id > newestHeld && matches(entry, filter)).length : 0;
  const first = entries.at(-1);
  return (
    <div ref={listRef}>
      <div role="status">
        {beganEmpty && first && (
          <div className={css.first} data-testid="first-message">
            {first.outcome === 'refused' ? (
              <Notice tone="warning">{d.firstRefused}</Notice>
            ) : (
              <Notice tone="success">{d.firstArrived}</Notice>
            )}
          </div>
        )}
      </div>
      <FilterBar filter={filter} onChoose={choose} held={held !== null} waiting={waiting} onHold={hold} onGoOn={goOn} />
      {matching.length === 0 ? (
        <StateView testId="state-no-match" title={d.noMatch}>
          <Button variant="default" onClick={() => choose({ outcome: null, type: null })}>
            {d.clearFilter}
          </Button>
        </StateView>
      ) : (
        <ScrollRegion label={d.list} className={css.list}>
          <ul>
            {matching.slice(0, most).map((entry) => (
              <LogRow key={entry.id} sourceId={source.id} entry={entry} onOpen={hold} />
            ))}
          </ul>
          {matching.length > most ? (
            <div className={css.more}>
              <Button variant="default" onClick={() => setMost(most + SHOWN_STEP)}>
                {t.common.loadMore}
              </Button>
            </div>
          ) : (
            <p className={css.end}>{d.end}</p>
          )}
        </ScrollRegion>
      )}
    </div>
  );
}

/** The list as it was when somebody held it: nothing moves away from under the eyes. */
function useHeld(id: string) {
  const queryClient = useQueryClient();
  const [held, setHeld] = useState<SourceLogEntry[] | null>(null);
  const hold = useCallback(
    () => setHeld((before) => before ?? queryClient.getQueryData(sourceLogQuery(id).queryKey) ?? []),
    [queryClient, id],
  );
  const goOn = useCallback(() => setHeld(null), []);
  return { held, hold, goOn };
}

function useLogFilter() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const choose = ({ outcome, type }: LogFilter) =>
    navigate({
      to: '.',
      search: { ...(outcome ? { outcome } : {}), ...(type ? { type } : {}) },
      replace: true,
      resetScroll: false,
    });
  return { filter: filterOf(search), choose };
}

interface BarProps {
  filter: LogFilter;
  onChoose: (filter: LogFilter) => void;
  held: boolean;
  /** How many have come since, of those that the filter lets through. */
  waiting: number;
  onHold: () => void;
  onGoOn: () => void;
}

function FilterBar({ filter, onChoose, held, waiting, onHold, onGoOn }: BarProps) {
  const t = useT();
  const fmt = useFmt();
  const d = t.sources.debugger;
  return (
    <div className={css.bar}>
      <div className={css.outcomes}>
        <SegmentedControl
          size="xs"
          aria-label={d.outcome}
          value={filter.outcome ?? ''}
          onChange={(value) => onChoose({ ...filter, outcome: filterOf({ outcome: value }).outcome })}
          data={[{ value: '', label: t.common.all }, ...OUTCOMES.map((value) => ({ value, label: d.outcomes[value] }))]}
        />
      </div>
      <NativeSelect
        size="xs"
        w={132}
        aria-label={d.type}
        value={filter.type ?? ''}
        onChange={(event) => onChoose({ ...filter, type: event.currentTarget.value || null })}
      >
        <option value="">{d.allTypes}</option>
        {TYPES.map((type) => (
          <option key={type} value={type} translate="no">
            {type}
          </option>
        ))}
      </NativeSelect>
      <span className={css.hint}>{d.keysHint}</span>
      <div className={css.stream}>
        <span className={css.liveText} data-held={held || undefined} data-testid="stream-state" role="status">
          {held ? d.held : d.live}
        </span>
        {held ? (
          <Button size="xs" leftSection={<IconPlayerPlay size={14} />} onClick={onGoOn} data-testid="go-on">
            {waiting > 0 ? d.resumeWith(fmt.count(waiting)) : d.resume}
          </Button>
        ) : (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerPause size={14} />}
            onClick={onHold}
            data-testid="hold"
          >
            {d.hold}
          </Button>
        )}
      </div>
    </div>
  );
}
