import { SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Search } from '@/app/search';
import { isNotBuilt } from '@/segments/api';
import { PeopleButton } from '@/segments/insight/PeopleButton';
import { NotBuilt } from '@/segments/NotBuilt';
import { ApiError } from '@/shared/api/client';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { PlainTable } from '@/shared/ui/PlainTable';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { type Between, movementQuery } from './api';
import { daysAfter, firstKnownDay, isDay } from './days';
import css from './layers.module.css';
import { matrixOf } from './matrix';
import type { Layer, Movement, MovementCell } from './types';

const MovedDialog = lazy(() => import('./MovedDialog').then((module) => ({ default: module.MovedDialog })));

const SPANS = ['7', '28', '90'] as const;
const DAYS_BACK = 28;

/** Who was in the stages on such a day was not written down yet. */
const isNotKnown = (error: unknown) => error instanceof ApiError && error.status === 409;

/** Who went from which stage to which between two days; which days stands in the address. */
export function MovementPanel({ layer }: { layer: Layer }) {
  const l = useT().layers;
  const fmt = useFmt();
  const search = useSearch({ strict: false }) as Search;
  const today = fmt.day(new Date().toISOString());
  const first = firstKnownDay(fmt.day(layer.created_at));
  const back = (days: number) => {
    const day = daysAfter(today, -days);
    return day < first ? first : day;
  };
  const between: Between = {
    from: isDay(search.from) ? search.from : back(DAYS_BACK),
    to: isDay(search.to) ? search.to : undefined,
  };
  const query = useQuery({ ...movementQuery(layer.code, between), enabled: first <= today });
  return (
    <Panel
      title={l.movement}
      explain={<Explain name={l.movement} definition={l.movementAbout} />}
      testId="movement"
      actions={
        query.data && (
          <DownloadCsv title={l.movement} file={() => fileOf(layer, query.data as Movement, between, today)} />
        )
      }
    >
      {first > today ? (
        <p className="muted" data-testid="not-known">
          {l.knownFrom(fmt.daySentence(first))}
        </p>
      ) : (
        <>
          <Days
            between={between}
            first={first}
            today={today}
            spanOf={(span) => back(Number(span))}
            search={search}
            code={layer.code}
          />
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
        </>
      )}
    </Panel>
  );
}

function fileOf({ code }: Layer, { cells }: Movement, { from, to }: Between, today: string) {
  return {
    name: `movement-${code}-${from}.csv`,
    columns: ['from', 'to', 'customers'],
    rows: cells.map((cell) => [cell.from ?? '', cell.to ?? '', cell.count]),
    asOf: to ?? today,
  };
}

interface DaysProps {
  between: Between;
  first: string;
  today: string;
  spanOf: (span: string) => string;
  search: Search;
  code: string;
}

function Days({ between, first, today, spanOf, search, code }: DaysProps) {
  const l = useT().layers;
  const fmt = useFmt();
  const navigate = useNavigate();
  const go = (next: Search) =>
    navigate({
      to: '/layers/$code',
      params: { code },
      search: { ...search, ...next },
      replace: true,
      resetScroll: false,
    });
  const span = between.to === undefined ? SPANS.find((one) => daysAfter(today, -Number(one)) === between.from) : '';
  return (
    <div className={css.days}>
      <SegmentedControl
        aria-label={l.span}
        value={span ?? ''}
        onChange={(next) => go({ from: spanOf(next), to: '' })}
        data={SPANS.map((value) => ({ value, label: l.lastDays(fmt.count(Number(value))) }))}
      />
      <TextInput
        type="date"
        label={l.from}
        min={first}
        max={today}
        value={between.from}
        onChange={(event) => isDay(event.currentTarget.value) && go({ from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={l.until}
        min={between.from}
        max={today}
        value={between.to ?? ''}
        onChange={(event) => go({ to: event.currentTarget.value })}
      />
      {between.to === undefined && <p className={css.untilNow}>{l.untilHint}</p>}
    </div>
  );
}

interface MatrixProps {
  layer: Layer;
  movement: Movement;
  between: Between;
}

/** Rows: where they were; columns: where they are. What lies on the diagonal has stayed. */
function Matrix({ layer, movement, between }: MatrixProps) {
  const l = useT().layers;
  const fmt = useFmt();
  const [asked, setAsked] = useState<MovementCell | null>(null);
  const { rows, columns, cellOf, rowTotal, columnTotal, movedCount, total } = matrixOf(movement);
  const nameOf = (code: string | null) =>
    code === null ? l.noStage : (layer.stages.find((one) => one.code === code)?.name ?? code);
  const named = (code: string | null) => <span translate={code === null ? undefined : 'no'}>{nameOf(code)}</span>;
  if (movement.cells.length === 0) return <p className="muted">{l.noMovement}</p>;
  return (
    <>
      <p className={css.asOf} data-testid="moved">
        {l.movedOf(fmt.count(movedCount), fmt.count(total))} ·{' '}
        {l.between(fmt.listTime(movement.from_at), fmt.listTime(movement.to_at))}
      </p>
      <PlainTable label={l.movement} testId="matrix" className={css.matrix}>
        <thead>
          <tr>
            <th scope="col">{l.fromTo}</th>
            {columns.map((to) => (
              <th key={to ?? ''} scope="col" className="num">
                {named(to)}
              </th>
            ))}
            <th scope="col" className="num">
              {l.totalBefore}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((from) => (
            <tr key={from ?? ''}>
              <th scope="row">{named(from)}</th>
              {columns.map((to) => {
                const cell = cellOf(from, to);
                return (
                  <td key={to ?? ''} className="num" data-stayed={from === to || undefined}>
                    {cell ? (
                      <>
                        <PeopleButton
                          count={cell.count}
                          label={l.movedCount(nameOf(from), nameOf(to), fmt.count(cell.count))}
                          onPress={() => setAsked(cell)}
                        />
                        <span className={css.share}>{fmt.percent(cell.count / rowTotal(from))}</span>
                      </>
                    ) : (
                      <span className="muted">0</span>
                    )}
                  </td>
                );
              })}
              <td className="num">{fmt.count(rowTotal(from))}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{l.totalAfter}</th>
            {columns.map((to) => (
              <td key={to ?? ''} className="num">
                {fmt.count(columnTotal(to))}
              </td>
            ))}
            <td className="num">{fmt.count(total)}</td>
          </tr>
        </tfoot>
      </PlainTable>
      <Suspense fallback={null}>
        {asked && (
          <MovedDialog
            title={l.moved(nameOf(asked.from), nameOf(asked.to))}
            layer={layer}
            between={between}
            cell={asked}
            until={between.to ?? fmt.day(movement.to_at)}
            stayedIn={asked.to === null ? null : { code: asked.to, name: nameOf(asked.to) }}
            onClose={() => setAsked(null)}
          />
        )}
      </Suspense>
    </>
  );
}
