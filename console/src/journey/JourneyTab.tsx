import { NativeSelect, UnstyledButton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useRef } from 'react';
import type { Search } from '@/app/search';
import { useEntryKeys } from '@/app/useEntryKeys';
import { EntryDays } from '@/customers/profile/EntryDays';
import { useFmt } from '@/shared/fmt';
import { lookup, useT, withWords } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock } from '@/shared/ui/StateView';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import { journeyQuery } from './api';
import css from './journey.module.css';
import type { JourneyFilter, JourneyPage, Reached } from './types';

/** With its words, below what is read first. */
const CustomerPathsPanel = lazy(() =>
  withWords(['paths'], import('@/paths/CustomerPathsPanel')).then((module) => ({
    default: module.CustomerPathsPanel,
  })),
);

/** How far a customer has come on each path, and all that happened. */
export function JourneyTab({ id }: { id: string }) {
  return (
    <div className={css.stack}>
      <Suspense fallback={<LoadingBlock lines={3} height={40} />}>
        <CustomerPathsPanel id={id} />
      </Suspense>
      <Facts id={id} />
    </div>
  );
}

/** What happened with a customer, each fact with its stage; narrowed by stage, channel and touch-point. */
function Facts({ id }: { id: string }) {
  const j = useT().journey;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const { stage = '', channel = '', touch_point = '' } = search;
  const filter: JourneyFilter = { stage, channel, touch_point };
  const query = useInfiniteQuery(journeyQuery(id, filter));
  const listRef = useRef<HTMLDivElement>(null);
  useEntryKeys(listRef);
  const [first] = query.data?.pages ?? [];
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const stageOf = new Map(items.map((item) => [item.fact.id, item.stage]));
  const go = (next: Partial<JourneyFilter>) =>
    navigate({ to: '.', search: { ...search, ...next }, state: true, replace: true, resetScroll: false });
  return (
    <Panel flush title={j.title} explain={<Explain name={j.title} definition={j.about} />} testId="journey">
      {query.isPending && (
        <div className={css.pad}>
          <LoadingBlock lines={6} height={40} />
        </div>
      )}
      <div className={query.error ? css.pad : undefined}>
        <PagedError query={query} />
      </div>
      {first && (
        <>
          <Arrival page={first} />
          <Stages page={first} chosen={stage} onChoose={(next) => go({ stage: next })} />
          <Narrow page={first} filter={filter} onChange={go} />
          <div ref={listRef} aria-busy={query.isPlaceholderData || undefined}>
            {items.length === 0 && <p className={css.none}>{j.nothing}</p>}
            <EntryDays
              entries={items.map(({ fact }) => fact)}
              badge={(entry) => <Chip>{lookup(j.stages, stageOf.get(entry.id) ?? '')}</Chip>}
            />
          </div>
          <LoadMore query={query} />
        </>
      )}
    </Panel>
  );
}

/** Since when they are a stranger, interested, registered; and where they were met first. */
function Arrival({ page: { arrival } }: { page: JourneyPage }) {
  const a = useT().journey.arrival;
  const fmt = useFmt();
  const { nameOf } = useTouchPoints();
  const { steps, touch_point, met_at, is_recognised } = arrival;
  return (
    <section className={css.pad} aria-label={a.label} data-testid="arrival">
      <p className={css.lead}>
        {touch_point && met_at ? a.met(nameOf(touch_point), fmt.day(met_at)) : a.notMet}{' '}
        {is_recognised && <Chip>{a.recognised}</Chip>} <Explain name={a.label} definition={a.about} />
      </p>
      <ol className={css.steps}>
        {steps.map(({ step, since }) => (
          <li key={step} data-step={step}>
            {lookup(a.steps, step)}
            <span className={css.stageLast}>{since ? fmt.day(since) : a.notYet}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

interface StagesProps {
  page: JourneyPage;
  chosen: string;
  onChoose: (stage: string) => void;
}

/** All five, with how much there is of each; pressing one shows only it, pressing it again shows all. */
function Stages({ page, chosen, onChoose }: StagesProps) {
  const j = useT().journey;
  const fmt = useFmt();
  return (
    <ol className={css.stages} aria-label={j.stagesLabel}>
      {page.stages.map(({ stage, facts, last_at }) => (
        <li key={stage}>
          <UnstyledButton
            className={css.stage}
            aria-pressed={chosen === stage}
            onClick={() => onChoose(chosen === stage ? '' : stage)}
            data-stage={stage}
            data-facts={facts}
          >
            <span>{lookup(j.stages, stage)}</span>
            <strong>{fmt.count(facts)}</strong>
            <span className={css.stageLast}>{last_at ? fmt.day(last_at) : j.notYet}</span>
          </UnstyledButton>
        </li>
      ))}
    </ol>
  );
}

interface NarrowProps {
  page: JourneyPage;
  filter: JourneyFilter;
  onChange: (next: Partial<JourneyFilter>) => void;
}

function Narrow({ page, filter, onChange }: NarrowProps) {
  const j = useT().journey;
  const fmt = useFmt();
  const { nameOf } = useTouchPoints();
  const choices = (all: string, reached: Reached[], say: (code: string) => string) => [
    { value: '', label: all },
    ...reached.map(({ code, facts }) => ({ value: code, label: j.reached(say(code), fmt.count(facts)) })),
  ];
  return (
    <div className={css.narrow}>
      <NativeSelect
        aria-label={j.channel}
        value={filter.channel}
        onChange={(event) => onChange({ channel: event.currentTarget.value })}
        data={choices(j.allChannels, page.channels, (code) => code)}
      />
      <NativeSelect
        aria-label={j.touchPoint}
        value={filter.touch_point}
        onChange={(event) => onChange({ touch_point: event.currentTarget.value })}
        data={choices(j.allTouchPoints, page.touch_points, nameOf)}
      />
    </div>
  );
}
