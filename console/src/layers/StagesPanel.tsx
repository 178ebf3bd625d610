import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isNotBuilt } from '@/segments/api';
import { NotBuilt } from '@/segments/NotBuilt';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { ShareBar } from '@/shared/ui/ShareBar';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { layerCountsQuery } from './api';
import css from './layers.module.css';
import { paintOf } from './stageColors';
import type { Layer, LayerCounts } from './types';

/** How many are in each stage now, in the order of the stages; each figure leads to its people. */
export function StagesPanel({ layer }: { layer: Layer }) {
  const l = useT().layers;
  const query = useQuery(layerCountsQuery(layer.code));
  const file = (found: LayerCounts) => ({
    name: `layer-${layer.code}.csv`,
    columns: ['stage', 'name', 'customers'],
    rows: found.stages.map((one) => [one.code, one.name, one.count]),
    asOf: found.as_of.slice(0, 10),
  });
  return (
    <Panel
      title={l.counts}
      explain={<Explain name={l.counts} definition={l.countsAbout} />}
      testId="layer-counts"
      actions={query.data && <DownloadCsv title={l.counts} file={() => file(query.data)} />}
    >
      {isNotBuilt(query.error) && !query.data ? (
        <NotBuilt />
      ) : (
        <QueryView query={query} quiet loading={<LoadingBlock lines={4} height={40} />}>
          {(found) => <Stages found={found} />}
        </QueryView>
      )}
    </Panel>
  );
}

function Stages({ found: { stages, outside, everybody, as_of } }: { found: LayerCounts }) {
  const l = useT().layers;
  const fmt = useFmt();
  const inside = stages.reduce((sum, { count }) => sum + count, 0);
  const ratio = (count: number) => (inside === 0 ? 0 : count / inside);
  const say = (name: string, count: number) => l.shareOf(name, fmt.count(count), fmt.percent(ratio(count)));
  return (
    <>
      {/* For the eye and the mouse; the table below says the same and leads to the same. */}
      <div className={css.bar} aria-hidden="true" data-testid="stage-bar">
        {stages.map(
          ({ code, name, count }, place) =>
            count > 0 && (
              <Link
                key={code}
                to="/segments/$code"
                params={{ code }}
                tabIndex={-1}
                title={say(name, count)}
                style={{ flexGrow: count }}
                preload={false}
              >
                <span style={paintOf(place)} />
              </Link>
            ),
        )}
      </div>
      <p className={css.asOf}>
        {l.ofCount(fmt.count(inside), fmt.count(everybody), fmt.listTime(as_of))}
        {outside > 0 && ` · ${l.outside(fmt.count(outside))}`}
      </p>
      <RowTable
        label={l.counts}
        rows={stages}
        rowKey={({ code }) => code}
        rowTestId={({ code }) => `stage-${code}`}
        columns={[
          {
            key: 'stage',
            header: l.column.stage,
            render: ({ name }, place) => (
              <span className={css.stageName}>
                <span className={css.dot} aria-hidden="true">
                  <span style={paintOf(place)} />
                </span>
                <span translate="no">{name}</span>
              </span>
            ),
          },
          {
            key: 'count',
            header: l.column.customers,
            numeric: true,
            render: ({ code, name, count }) => (
              <Link to="/segments/$code" params={{ code }} aria-label={l.peopleOf(name, fmt.count(count))}>
                {fmt.count(count)}
              </Link>
            ),
          },
          {
            key: 'share',
            header: l.column.share,
            numeric: true,
            render: ({ count }) => <ShareBar ratio={ratio(count)} />,
          },
        ]}
      />
    </>
  );
}
