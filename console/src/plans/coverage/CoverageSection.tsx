import { SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { CountCompact, Missing } from '@/shared/ui/Values';
import { coverageQuery } from '../api';
import css from '../plans.module.css';
import type { PlanCoverage } from '../types';
import { DAYS, DAYS_USUAL } from '../useGenerate';
import { EventsPanel } from './EventsPanel';
import { ViolationsPanel } from './ViolationsPanel';

/** How what comes compares with the version that counts. The period is in the address. */
export function CoverageSection({ id }: { id: string }) {
  const t = useT();
  const c = t.plans.coverage;
  const { days, choose } = useDays();
  const query = useQuery({ ...coverageQuery(id, days), placeholderData: keepPreviousData });
  return (
    <section className={css.section} aria-label={c.title} data-testid="plan-coverage">
      <div className={css.sectionHead}>
        <h2 className={css.sectionTitle}>{c.title}</h2>
        <SegmentedControl
          size="xs"
          aria-label={c.period}
          value={String(days)}
          onChange={(value) => choose(Number(value))}
          data={DAYS.map((value) => ({ value: String(value), label: c.periods[value] }))}
        />
      </div>
      <QueryView query={query} quiet loading={<LoadingBlock lines={2} height={90} />}>
        {(coverage) => (
          <div className={css.section}>
            <Figures coverage={coverage} />
            {coverage.facts > 0 && <ViolationsPanel id={id} coverage={coverage} />}
            <EventsPanel coverage={coverage} />
          </div>
        )}
      </QueryView>
    </section>
  );
}

function useDays() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const days = DAYS.find((one) => String(one) === search.days) ?? DAYS_USUAL;
  const choose = (value: number) =>
    navigate({
      to: '.',
      search: { ...search, days: value === DAYS_USUAL ? undefined : String(value) },
      replace: true,
      resetScroll: false,
    });
  return { days, choose };
}

function Figures({ coverage }: { coverage: PlanCoverage }) {
  const c = useT().plans.coverage;
  const fmt = useFmt();
  const explain = (name: string, definition: string) => <Explain name={name} definition={definition} />;
  const ofPlanned = (count: number) => c.ofPlanned(fmt.count(count), fmt.count(coverage.planned));
  const nothing = coverage.mode === 'observe' ? c.resting : c.none;
  const { facts, facts_as_planned: right, facts_unknown: unknown } = coverage;
  return (
    <>
      <FigureStrip label={c.figures} dense>
        <Figure name={c.covered} explain={explain(c.covered, c.coveredAbout)} testId="plan-covered">
          {ofPlanned(coverage.covered)}
        </Figure>
        <Figure name={c.seen} explain={explain(c.seen, c.seenAbout)}>
          {ofPlanned(coverage.seen)}
        </Figure>
        <Figure name={c.right} explain={explain(c.right, c.rightAbout)} testId="plan-right">
          {facts > 0 ? <span>{fmt.percent(right / facts, right < facts ? 2 : 0)}</span> : <Missing reason={nothing} />}
        </Figure>
        <Figure name={c.facts} explain={explain(c.facts, c.factsAbout)}>
          <CountCompact value={facts} />
        </Figure>
        <Figure name={c.unknown} explain={explain(c.unknown, c.unknownAbout)}>
          <CountCompact value={unknown} />
        </Figure>
      </FigureStrip>
      {facts === 0 && <p className={css.hint}>{nothing}</p>}
    </>
  );
}
