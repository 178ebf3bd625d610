import { IconTimeline } from '@tabler/icons-react';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { Backtest, ValueReport } from '@/shared/api/types';
import { ChartFrame } from '@/shared/charts/ChartFrame';
import { type Series, XyChart } from '@/shared/charts/XyChart';
import { type Fmt, useFmt } from '@/shared/fmt';
import { lookup, type Messages, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { Missing } from '@/shared/ui/Values';
import { backtestQuery } from '../api';
import { noValueRun } from '../NoValueRun';
import css from '../value.module.css';
import { ModelCards } from './ModelCards';

export function BacktestTab({ report }: { report: UseQueryResult<ValueReport> }) {
  const t = useT();
  const query = useQuery({ ...backtestQuery, retry: false });
  const none = (
    <Panel>
      <StateView
        testId="state-no-backtest"
        icon={<IconTimeline size={28} stroke={1.5} />}
        title={t.value.backtest.noneTitle}
        text={t.value.backtest.noneText}
      />
    </Panel>
  );
  return (
    <div className={css.stack}>
      <QueryView
        query={query}
        loading={<LoadingBlock lines={2} height={240} />}
        onError={(error) => (error.code === 'no_backtest' ? none : noValueRun(error))}
      >
        {(backtest) => (
          <div className={css.stack}>
            <WeeksPanel backtest={backtest} />
            <div className={css.two}>
              <ErrorTable backtest={backtest} />
              <ClassTable backtest={backtest} />
            </div>
          </div>
        )}
      </QueryView>
      <QueryView query={report} loading={<LoadingBlock lines={1} height={240} />} onError={() => <></>}>
        {(data) => <ModelCards report={data} />}
      </QueryView>
    </div>
  );
}

function seriesOf(backtest: Backtest, t: Messages): Series[] {
  const dashes = [undefined, '6 4', '2 3', '8 3 2 3'];
  const models = [
    backtest.chosen,
    ...backtest.models.map((model) => model.model).filter((model) => model !== backtest.chosen),
  ];
  return [
    {
      key: 'actual',
      label: t.value.backtest.actual,
      kind: 'area',
      color: 1,
      values: backtest.weeks.map((week) => week.actual),
    },
    ...models.map(
      (model, index): Series => ({
        key: model,
        label: lookup(t.common.models, model),
        kind: 'line',
        color: index + 2,
        dash: dashes[index % dashes.length],
        values: backtest.weeks.map((week) => week.predicted[model] ?? null),
      }),
    ),
  ];
}

function valueText(fmt: Fmt, value: number, key: string): string {
  return key === 'actual' ? fmt.count(value) : fmt.decimal(value, 1);
}

function WeeksPanel({ backtest }: { backtest: Backtest }) {
  const t = useT();
  const fmt = useFmt();
  const b = t.value.backtest;
  const series = seriesOf(backtest, t);
  const firstHoldout = backtest.weeks.findIndex((week) => week.holdout);
  return (
    <ChartFrame
      title={b.title}
      testId="backtest"
      explain={
        <Explain name={b.title} definition={b.definition(backtest.fit_until, backtest.until)} asOf={backtest.until} />
      }
      fileName="backtest.csv"
      table={{
        columns: [b.week, ...series.map((one) => one.label)],
        rows: backtest.weeks.map((week, index) => ({
          cells: [
            week.week_start,
            ...series.map((one) => (one.values[index] === null ? '' : valueText(fmt, one.values[index] ?? 0, one.key))),
          ],
          plain: [week.week_start, ...series.map((one) => one.values[index] ?? '')],
        })),
      }}
    >
      <p className="muted">{b.definition(backtest.fit_until, backtest.until)}</p>
      <XyChart
        label={b.title}
        height={280}
        xLabels={backtest.weeks.map((week) => week.week_start)}
        series={series}
        formatAxis={(value) => fmt.compact(value)}
        formatValue={(value, key) => valueText(fmt, value, key)}
        marker={firstHoldout > 0 ? { index: firstHoldout, label: b.holdout } : undefined}
      />
    </ChartFrame>
  );
}

function ErrorTable({ backtest }: { backtest: Backtest }) {
  const t = useT();
  const fmt = useFmt();
  const b = t.value.backtest;
  return (
    <Panel title={b.table} testId="backtest-errors">
      <p className={css.sentence}>{b.total(fmt.count(backtest.actual_total))}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={css.scroll} tabIndex={0} aria-label={b.table}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{b.model}</th>
              <th scope="col" className={css.num}>
                {b.predicted}
              </th>
              <th scope="col" className={css.num}>
                {b.error}
              </th>
              <th scope="col" className={css.num}>
                {b.mae}
              </th>
              <th scope="col" className={css.num}>
                {b.rmse}
              </th>
              <th scope="col" className={css.num}>
                {b.correlation}
              </th>
            </tr>
          </thead>
          <tbody>
            {backtest.models.map((model) => {
              const off = backtest.actual_total > 0 ? model.predicted_total / backtest.actual_total - 1 : null;
              return (
                <tr key={model.model}>
                  <th scope="row">
                    {lookup(t.common.models, model.model)}{' '}
                    {model.model === backtest.chosen && <Chip tone="primary">{b.chosen}</Chip>}
                  </th>
                  <td className={css.num}>{fmt.decimal(model.predicted_total, 1)}</td>
                  <td className={css.num}>{off === null ? <Missing /> : (off > 0 ? '+' : '') + fmt.percent(off)}</td>
                  <td className={css.num}>{fmt.decimal(model.mae, 3)}</td>
                  <td className={css.num}>{fmt.decimal(model.rmse, 3)}</td>
                  <td className={css.num}>
                    {model.correlation === null ? <Missing /> : fmt.decimal(model.correlation, 3)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}

function ClassTable({ backtest }: { backtest: Backtest }) {
  const t = useT();
  const fmt = useFmt();
  const b = t.value.backtest;
  const models = backtest.models.map((model) => model.model);
  return (
    <Panel
      title={b.classes}
      explain={<Explain name={b.classes} definition={b.classesDefinition} asOf={backtest.until} />}
      testId="backtest-classes"
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={css.scroll} tabIndex={0} aria-label={b.classes}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{b.class}</th>
              <th scope="col" className={css.num}>
                {b.customers}
              </th>
              <th scope="col" className={css.num}>
                {b.actualMean}
              </th>
              {models.map((model) => (
                <th key={model} scope="col" className={css.num}>
                  {b.predictedMean(lookup(t.common.models, model))}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {backtest.classes.map((one) => (
              <tr key={one.x}>
                <th scope="row">{one.x}</th>
                <td className={css.num}>{fmt.count(one.customers)}</td>
                <td className={css.num}>{fmt.decimal(one.actual_mean)}</td>
                {models.map((model) => (
                  <td key={model} className={css.num}>
                    {one.predicted_mean[model] === undefined ? <Missing /> : fmt.decimal(one.predicted_mean[model])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}
