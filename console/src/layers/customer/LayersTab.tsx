import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ContentsPanel } from '@/matrices/customer/ContentsPanel';
import { PlansPanel } from '@/matrices/customer/PlansPanel';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { layersQuery } from '../api';
import type { LayerItem } from '../types';
import { customerMovesQuery, stagesOfQuery } from './api';
import css from './customer.module.css';
import { DecisionPanel } from './DecisionPanel';
import { MovesPanel } from './MovesPanel';
import { ScoresPanel } from './ScoresPanel';

/** Where a customer stands in each layer, which segments they came into and left, and what is worked out of what they did. */
export function LayersTab({ id }: { id: string }) {
  return (
    <div className={css.stack} data-testid="customer-layers">
      <StagesPanel id={id} />
      <PlansPanel id={id} />
      <ContentsPanel id={id} />
      <MovesPanel id={id} />
      <DecisionPanel id={id} />
      <ScoresPanel id={id} />
    </div>
  );
}

function StagesPanel({ id }: { id: string }) {
  const c = useT().customerLayers;
  const query = useQuery(layersQuery(false));
  return (
    <Panel title={c.title} explain={<Explain name={c.title} definition={c.about} />} testId="customer-stages">
      <QueryView query={query} quiet loading={<LoadingBlock lines={3} height={36} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muted">
              {c.noLayers} <Link to="/layers">{c.toLayers}</Link>
            </p>
          ) : (
            <Stages id={id} layers={items} />
          )
        }
      </QueryView>
    </Panel>
  );
}

function Stages({ id, layers }: { id: string; layers: LayerItem[] }) {
  const query = useQuery(stagesOfQuery(id, layers));
  return (
    <QueryView query={query} quiet loading={<LoadingBlock lines={layers.length} height={36} />}>
      {(codes) => <Table id={id} layers={layers} codes={new Set(codes)} />}
    </QueryView>
  );
}

function Table({ id, layers, codes }: { id: string; layers: LayerItem[]; codes: Set<string> }) {
  const c = useT().customerLayers;
  const fmt = useFmt();
  // Beside what is asked for: where it cannot be told, it is left out.
  const moves = useQuery(customerMovesQuery(id)).data?.items;
  const stageOf = (layer: LayerItem) => layer.stages.find(({ code }) => codes.has(code));
  const lastMove = (code: string) => moves?.find((one) => one.segment === code);
  return (
    <RowTable
      label={c.title}
      rows={layers}
      rowKey={({ code }) => code}
      rowTestId={({ code }) => `in-layer-${code}`}
      columns={[
        {
          key: 'layer',
          header: c.layer,
          render: ({ code, name }) => (
            <Link to="/layers/$code" params={{ code }} translate="no">
              {name}
            </Link>
          ),
        },
        {
          key: 'stage',
          header: c.stage,
          render: (layer) => {
            const stage = stageOf(layer);
            if (!stage) return <span className="muted">{c.inNone}</span>;
            return (
              <Link to="/segments/$code" params={{ code: stage.code }} data-stage={stage.code}>
                <Chip tone="primary">
                  <span translate="no">{stage.name}</span>
                </Chip>
              </Link>
            );
          },
        },
        {
          key: 'place',
          header: c.place,
          numeric: true,
          render: (layer) => {
            const place = layer.stages.findIndex(({ code }) => codes.has(code));
            return place < 0 ? '' : c.placeOf(fmt.count(place + 1), fmt.count(layer.stages.length));
          },
        },
        {
          key: 'since',
          header: c.since,
          render: (layer) => {
            const stage = stageOf(layer);
            if (!stage || !moves) return '';
            const move = lastMove(stage.code);
            if (!move) return <span className="muted">{c.sinceBeginning}</span>;
            // It is written down with the next round.
            return move.has_entered ? <When at={move.at} /> : '';
          },
        },
        {
          key: 'why',
          header: c.why,
          render: (layer) => {
            const stage = stageOf(layer);
            return (
              stage && (
                <Link
                  to="/segments/$code"
                  params={{ code: stage.code }}
                  search={{ tab: 'why', customer: id }}
                  aria-label={c.whyOf(stage.name)}
                >
                  {c.why}
                </Link>
              )
            );
          },
        },
      ]}
    />
  );
}
