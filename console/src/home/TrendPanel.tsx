import { SegmentedControl } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Search } from '@/app/search';
import type { Day, Overview } from '@/shared/api/types';
import { ChartFrame } from '@/shared/charts/ChartFrame';
import { useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { LoadingBlock } from '@/shared/ui/StateView';
import { OldValuesNote } from '@/value/OldValuesNote';
import css from './home.module.css';
import { lastMonths, PERIODS, SHORTEST_MONTHS } from './trend';

/** Below the first screen, with what draws it: the page is there before. */
const XyChart = lazy(() => import('@/shared/charts/XyChart').then((module) => ({ default: module.XyChart })));

const HEIGHT_PX = 240;

const MEASURES = ['revenue', 'orders', 'buyers', 'new_buyers'] as const;
type TrendMeasure = (typeof MEASURES)[number];

interface Props {
  trend: Overview['trend'];
  asOf: Day | null;
  currency: string | null;
}

export function TrendPanel({ trend: whole, asOf, currency }: Props) {
  const t = useT();
  const fmt = useFmt();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  const [measure, setMeasure] = useState<TrendMeasure>('revenue');
  const period = PERIODS.find((one) => one === search.period) ?? 'all';
  const trend = lastMonths(whole, period);
  const sample = trend[0]?.revenue ?? { minor: 0, currency: 'CNY', exponent: 2 };
  const money = (major: number) => ({ ...sample, minor: Math.round(major * 10 ** sample.exponent) });
  const isMoney = measure === 'revenue';
  const sizeOf = (point: Overview['trend'][number], of: TrendMeasure) =>
    of === 'revenue' ? moneyMajor(point.revenue) : point[of];
  /** Whoever a bar counts: the month's buyers, or those who bought for the first time in it. */
  const peopleOf = (month: string): Record<string, string> =>
    measure === 'new_buyers' ? { cohort: month } : { bought_in: month };
  const definition = {
    revenue: t.home.definitions.revenue,
    orders: t.home.definitions.orders,
    buyers: t.home.definitions.monthBuyers,
    new_buyers: t.home.definitions.newBuyers,
  }[measure];
  return (
    <ChartFrame
      title={t.home.trend}
      testId="trend"
      explain={<Explain name={t.home.measures[measure]} definition={definition} asOf={asOf} />}
      fileName="trend.csv"
      asOf={asOf}
      currency={currency}
      note={asOf && <OldValuesNote asOf={asOf} />}
      actions={
        <>
          {whole.length > SHORTEST_MONTHS && (
            <SegmentedControl
              size="xs"
              aria-label={t.home.period}
              value={period}
              onChange={(value) =>
                navigate({
                  to: '/',
                  search: value === 'all' ? {} : { period: value },
                  replace: true,
                  resetScroll: false,
                })
              }
              data={PERIODS.filter((value) => value === 'all' || Number(value) < whole.length).map((value) => ({
                value,
                label: t.home.periods[value],
              }))}
              className={css.measures}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label={t.home.trendMeasure}
            value={measure}
            onChange={(value) => setMeasure(value as TrendMeasure)}
            data={MEASURES.map((value) => ({ value, label: t.home.measures[value] }))}
            className={css.measures}
          />
        </>
      }
      table={{
        columns: [t.common.month, ...MEASURES.map((value) => t.home.measures[value])],
        rows: trend.map((point) => ({
          cells: [
            point.partial ? `${point.month} (${t.common.partialMonth})` : point.month,
            fmt.money(point.revenue),
            fmt.count(point.orders),
            <Link key="buyers" to="/customers" search={{ bought_in: point.month }}>
              {fmt.count(point.buyers)}
            </Link>,
            <Link key="new" to="/customers" search={{ cohort: point.month }}>
              {fmt.count(point.new_buyers)}
            </Link>,
          ],
          plain: [point.month, moneyMajor(point.revenue), point.orders, point.buyers, point.new_buyers],
        })),
      }}
    >
      <Suspense fallback={<LoadingBlock height={HEIGHT_PX} />}>
        <XyChart
          height={HEIGHT_PX}
          label={`${t.home.trend}, ${t.home.measures[measure]}`}
          xLabels={trend.map((point) => point.month)}
          series={[
            {
              key: measure,
              label: t.home.measures[measure],
              kind: 'bar',
              color: 1,
              values: trend.map((point) => sizeOf(point, measure)),
            },
          ]}
          partial={(index) => trend[index]?.partial ?? false}
          formatAxis={(value) => (isMoney ? fmt.moneyShort(money(value)) : fmt.compact(value))}
          formatValue={(value) => (isMoney ? fmt.money(money(value)) : fmt.count(value))}
          onPick={(index) => {
            const month = trend[index]?.month;
            if (month) navigate({ to: '/customers', search: peopleOf(month) });
          }}
        />
      </Suspense>
    </ChartFrame>
  );
}
