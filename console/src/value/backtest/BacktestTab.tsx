import { IconTimeline } from '@tabler/icons-react';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { Backtest, ValueReport } from '@/shared/api/types';
import { ChartFrame } from '@/shared/charts/ChartFrame';
import { type Series, XyChart } from '@/shared/charts/XyChart';
import { type Fmt, useFmt } from '@/shared/fmt';
import { lookup, type Messages, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { backtestQuery } from '../api';
import { noValueRun } from '../NoValueRun';
import css from '../value.module.css';
import { ClassTable } from './ClassTable';
import { ErrorTable } from './ErrorTable';
import { ModelCards } from './ModelCards';

export function BacktestTab({ report }: { report: UseQueryResult<ValueReport> }) {
  const t = useT();
  const query = useQuery(backtestQuery);
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
      asOf={backtest.until}
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
      <p className={css.lead}>{b.definition(backtest.fit_until, backtest.until)}</p>
      <XyChart
        label={b.title}
        height={280}
        xLabels={backtest.weeks.map((week) => week.week_start)}
        series={series}
        formatAxis={(value) => fmt.compact(value)}
        formatValue={(value, key) => valueText(fmt, value, key)}
        markers={firstHoldout > 0 ? [{ index: firstHoldout, label: b.holdout }] : []}
      />
    </ChartFrame>
  );
}
