import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import type { Search } from '@/app/search';
import { isNotBuilt } from '@/segments/api';
import { PeopleButton } from '@/segments/insight/PeopleButton';
import { NotBuilt } from '@/segments/NotBuilt';
import { RuleText } from '@/segments/RuleText';
import { ApiError } from '@/shared/api/client';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { Explain } from '@/shared/ui/Explain';
import { errorDetail } from '@/shared/ui/errorText';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { PlainTable, RowTable } from '@/shared/ui/PlainTable';
import registry from '@/shared/ui/registry.module.css';
import { ShareBar } from '@/shared/ui/ShareBar';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { type Between, layerCountsQuery, layerQuery, movementQuery, setArchived } from './api';
import css from './layers.module.css';
import type { Layer, LayerCounts, Movement, MovementCell } from './types';

const MovedDialog = lazy(() => import('./MovedDialog').then((module) => ({ default: module.MovedDialog })));

const DAY_MS = 86_400_000;
const DAYS_BACK = 28;
/** In the matrix also where nobody was in them. */
const STAGES_SHOWN = 30;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** One layer: how many are in each stage now, and who went from which to which. */
export function LayerPage() {
  const l = useT().layers;
  const { code } = useParams({ strict: false }) as { code: string };
  const query = useQuery(layerQuery(code));
  useDocumentTitle(query.data ? `${query.data.name} · ${l.title}` : l.title);
  return (
    <QueryView
      query={query}
      quiet
      loading={<LoadingBlock lines={3} height={100} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(layer) => <View key={code} layer={layer} />}
    </QueryView>
  );
}

function View({ layer }: { layer: Layer }) {
  const l = useT().layers;
  const fmt = useFmt();
  const can = useCan();
  const isArchived = layer.archived_at !== null;
  return (
    <div data-testid="layer">
      <BackNav label={l.title}>
        <Link to="/layers">← {l.title}</Link>
      </BackNav>
      <PageHeader
        title={<span translate="no">{layer.name}</span>}
        meta={
          <>
            {isArchived && <Chip>{l.isArchived}</Chip>}
            <span className="mono">{layer.code}</span>
            <span>{l.version(fmt.count(layer.version))}</span>
            <span>
              <When at={layer.changed_at} relative /> {l.changed(layer.changed_by)}
            </span>
          </>
        }
        actions={can('segments.manage') && <Actions layer={layer} isArchived={isArchived} />}
      />
      <div className={registry.stack}>
        {isArchived && <Notice tone="info">{l.archivedText}</Notice>}
        {layer.description !== '' && <p translate="no">{layer.description}</p>}
        {!isArchived && <Counts layer={layer} />}
        {!isArchived && <MovementPanel layer={layer} />}
        <Rules layer={layer} />
      </div>
    </div>
  );
}

/** Who was in the stages on such a day was not written down yet. */
const isNotKnown = (error: unknown) => error instanceof ApiError && error.status === 409;

const colorOf = (place: number) => `var(--series-${(place % 6) + 1})`;

function Counts({ layer }: { layer: Layer }) {
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
  return (
    <>
      {/* The table below says the same. */}
      <div className={css.bar} aria-hidden="true" data-testid="stage-bar">
        {stages.map(({ code, count }, place) => (
          <span key={code} style={{ flexGrow: count, flexBasis: 0, background: colorOf(place) }} />
        ))}
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
              <>
                <span className={css.dot} style={{ background: colorOf(place) }} aria-hidden="true" />
                <span translate="no">{name}</span>
              </>
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

function MovementPanel({ layer }: { layer: Layer }) {
  const l = useT().layers;
  const fmt = useFmt();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  const today = fmt.day(new Date().toISOString());
  const [monthAgo] = useState(() => fmt.day(new Date(Date.now() - DAYS_BACK * DAY_MS).toISOString()));
  const between: Between = {
    from: DAY.test(search.from ?? '') ? (search.from ?? '') : monthAgo,
    to: DAY.test(search.to ?? '') ? search.to : undefined,
  };
  const query = useQuery(movementQuery(layer.code, between));
  const go = (next: Search) =>
    navigate({
      to: '/layers/$code',
      params: { code: layer.code },
      search: { ...search, ...next },
      replace: true,
      resetScroll: false,
    });
  return (
    <Panel title={l.movement} explain={<Explain name={l.movement} definition={l.movementAbout} />} testId="movement">
      <div className={css.days}>
        <TextInput
          type="date"
          label={l.from}
          max={today}
          value={between.from}
          onChange={(event) => DAY.test(event.currentTarget.value) && go({ from: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label={l.until}
          description={l.untilHint}
          max={today}
          value={between.to ?? ''}
          onChange={(event) => go({ to: event.currentTarget.value })}
        />
      </div>
      {isNotKnown(query.error) ? (
        <p className="muted" data-testid="not-known">
          {l.notKnown}
        </p>
      ) : isNotBuilt(query.error) && !query.data ? (
        <NotBuilt />
      ) : (
        <QueryView query={query} quiet loading={<LoadingBlock lines={4} height={40} />}>
          {(movement) => <Matrix layer={layer} movement={movement} between={between} />}
        </QueryView>
      )}
    </Panel>
  );
}

interface MatrixProps {
  layer: Layer;
  movement: Movement;
  between: Between;
}

/** Rows: where they were; columns: where they are. What lies on the diagonal has stayed. */
function Matrix({ layer, movement: { stages, cells }, between }: MatrixProps) {
  const l = useT().layers;
  const fmt = useFmt();
  const [asked, setAsked] = useState<MovementCell | null>(null);
  const nameOf = (code: string | null) =>
    code === null ? l.noStage : (layer.stages.find((one) => one.code === code)?.name ?? code);
  const has = (side: 'from' | 'to') => cells.some((cell) => cell[side] === null);
  // Of very many stages those in which somebody was.
  const shown = (side: 'from' | 'to') =>
    stages.length > STAGES_SHOWN ? stages.filter((code) => cells.some((cell) => cell[side] === code)) : stages;
  const rows: (string | null)[] = [...shown('from'), ...(has('from') ? [null] : [])];
  const columns: (string | null)[] = [...shown('to'), ...(has('to') ? [null] : [])];
  const cellOf = (from: string | null, to: string | null) => cells.find((one) => one.from === from && one.to === to);
  const title = (cell: MovementCell) => l.moved(nameOf(cell.from), nameOf(cell.to));
  if (cells.length === 0) return <p className="muted">{l.noMovement}</p>;
  return (
    <>
      <PlainTable label={l.movement} testId="matrix">
        <thead>
          <tr>
            <th scope="col">{l.fromTo}</th>
            {columns.map((to) => (
              <th key={to ?? ''} scope="col" className="num">
                <span translate={to === null ? undefined : 'no'}>{nameOf(to)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((from) => (
            <tr key={from ?? ''}>
              <th scope="row">
                <span translate={from === null ? undefined : 'no'}>{nameOf(from)}</span>
              </th>
              {columns.map((to) => {
                const cell = cellOf(from, to);
                return (
                  <td key={to ?? ''} className={from === to ? `num ${css.stayed}` : 'num'}>
                    {cell ? (
                      <PeopleButton
                        count={cell.count}
                        label={l.movedCount(nameOf(from), nameOf(to), fmt.count(cell.count))}
                        onPress={() => setAsked(cell)}
                      />
                    ) : (
                      '0'
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </PlainTable>
      <Suspense fallback={null}>
        {asked && (
          <MovedDialog
            title={title(asked)}
            layer={layer.code}
            between={between}
            cell={asked}
            onClose={() => setAsked(null)}
          />
        )}
      </Suspense>
    </>
  );
}

function Rules({ layer }: { layer: Layer }) {
  const l = useT().layers;
  const fmt = useFmt();
  return (
    <Panel title={l.rules} explain={<Explain name={l.rules} definition={l.rulesAbout} />} testId="layer-rules">
      <div className={css.stack}>
        {layer.base && (
          <div>
            <h3 className={css.templateName}>{l.base}</h3>
            <RuleText text={layer.base.text} />
          </div>
        )}
        {layer.stages.map(({ code, name, text }, place) => (
          <div key={code}>
            <h3 className={css.templateName}>
              {fmt.count(place + 1)}. <span translate="no">{name}</span>
            </h3>
            <RuleText text={text} />
          </div>
        ))}
      </div>
    </Panel>
  );
}

function Actions({ layer, isArchived }: { layer: Layer; isArchived: boolean }) {
  const t = useT();
  const l = t.layers;
  const queryClient = useQueryClient();
  const [asks, setAsks] = useState(false);
  const set = useMutation({
    mutationFn: (archived: boolean) => setArchived(layer.code, archived),
    onSuccess: (changed, archived) => {
      queryClient.setQueryData(layerQuery(layer.code).queryKey, changed);
      queryClient.invalidateQueries({ queryKey: ['layers'] });
      queryClient.invalidateQueries({ queryKey: ['segments'] });
      notify(archived ? l.archive.done : l.restore.done);
      setAsks(false);
    },
    onError: (error, archived) => {
      if (!archived) notify([errorText(t, error), errorDetail(error)].filter(Boolean).join(' '), 'danger');
    },
  });
  if (isArchived)
    return (
      <Button onClick={() => set.mutate(false)} loading={set.isPending}>
        {l.restore.title}
      </Button>
    );
  return (
    <>
      <Button
        renderRoot={(props) => <Link {...props} to="/layers/$code/edit" params={{ code: layer.code }} />}
        variant="default"
      >
        {l.edit}
      </Button>
      <Button
        variant="default"
        onClick={() => {
          set.reset();
          setAsks(true);
        }}
      >
        {l.archive.title}
      </Button>
      {asks && (
        <ConfirmDialog
          danger
          title={l.archive.title}
          text={l.archive.text(layer.name)}
          more={
            set.error && (
              <p role="alert" className={css.wrong}>
                {errorText(t, set.error)} <span lang="en">{errorDetail(set.error)}</span>
              </p>
            )
          }
          action={l.archive.title}
          working={set.isPending}
          onConfirm={() => set.mutate(true)}
          onClose={() => setAsks(false)}
        />
      )}
    </>
  );
}
