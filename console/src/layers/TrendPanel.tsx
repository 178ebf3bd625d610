import { useQueries, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Search } from '@/app/search';
import { isNotBuilt, WHILE_NOT_BUILT } from '@/segments/api';
import { trendQuery } from '@/segments/insight/api';
import { NotBuilt } from '@/segments/NotBuilt';
import { ChartFrame } from '@/shared/charts/ChartFrame';
import { StackChart } from '@/shared/charts/StackChart';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { ErrorPanel, LoadingBlock } from '@/shared/ui/StateView';
import { layerCountsQuery } from './api';
import { paintOf } from './stageColors';
import { largestStages, stackOf } from './trend';
import type { Layer } from './types';

const HEIGHT_PX = 260;

/** How many were in each stage over twelve weeks, one upon the other. */
export function TrendPanel({ layer }: { layer: Layer }) {
  const w = useT().layers.trend;
  const counts = useQuery(layerCountsQuery(layer.code));
  const shown = largestStages(layer.stages, counts.data);
  const trends = useQueries({
    queries: (shown ?? []).map(({ code }) => ({ ...trendQuery(code), ...WHILE_NOT_BUILT })),
  });
  const failed = trends.find(({ error, data }) => error && !data);
  const found = trends.flatMap(({ data }) => data ?? []);
  if (shown && found.length === shown.length)
    return <Found layer={layer} shown={shown} stack={stackOf(found)} keptSince={keptSince(found)} />;
  return (
    <Panel title={w.title} testId="layer-trend">
      {isNotBuilt(failed?.error) || isNotBuilt(counts.error) ? (
        <NotBuilt />
      ) : failed || counts.error ? (
        <ErrorPanel
          error={failed?.error ?? counts.error}
          onRetry={() => [counts, ...trends].filter(({ error }) => error).map(({ refetch }) => refetch())}
        />
      ) : (
        <LoadingBlock height={HEIGHT_PX} />
      )}
    </Panel>
  );
}

/** Since when anything is known. */
function keptSince(found: { kept_since: string | null }[]): string | null {
  return found.flatMap(({ kept_since }) => kept_since ?? []).sort()[0] ?? null;
}

interface FoundProps {
  layer: Layer;
  shown: { code: string; name: string; place: number }[];
  stack: ReturnType<typeof stackOf>;
  keptSince: string | null;
}

function Found({ layer, shown, stack: { days, counts, asOf }, keptSince }: FoundProps) {
  const w = useT().layers.trend;
  const fmt = useFmt();
  const navigate = useNavigate();
  const explain = <Explain name={w.title} definition={w.about} asOf={fmt.listTime(asOf)} />;
  if (days.length < 2)
    return (
      <Panel title={w.title} explain={explain} testId="layer-trend">
        <p className="muted">{keptSince ? w.since(fmt.daySentence(fmt.day(keptSince))) : w.notYet}</p>
      </Panel>
    );
  const isNow = (index: number) => index === days.length - 1;
  const labels = days.map((day, index) => (isNow(index) ? w.now : day));
  // The last one is now: that is the list as it is.
  const searchOf = (index: number): Search => (isNow(index) ? {} : { at: days[index] ?? '' });
  const left = layer.stages.length - shown.length;
  return (
    <ChartFrame
      title={w.title}
      explain={explain}
      fileName={`layer-trend-${layer.code}.csv`}
      testId="layer-trend"
      note={left > 0 && <span className="muted">{w.largest(fmt.count(shown.length))}</span>}
      table={{
        columns: [w.day, ...shown.map(({ name }) => name)],
        rows: labels.map((label, index) => ({
          cells: [
            label,
            ...shown.map(({ code }, place) => (
              <Link key={code} to="/segments/$code" params={{ code }} search={searchOf(index)}>
                {fmt.count(counts[place]?.[index] ?? 0)}
              </Link>
            )),
          ],
          plain: [label, ...shown.map((_, place) => counts[place]?.[index] ?? 0)],
        })),
      }}
    >
      <StackChart
        height={HEIGHT_PX}
        label={w.title}
        xLabels={labels}
        series={shown.map(({ code, name, place }, at) => ({
          key: code,
          label: name,
          paint: paintOf(place),
          values: counts[at] ?? [],
        }))}
        total={w.total}
        hint={w.hint}
        onPick={(code, index) => navigate({ to: '/segments/$code', params: { code }, search: searchOf(index) })}
      />
    </ChartFrame>
  );
}
