import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { ChartFrame } from '@/shared/charts/ChartFrame';
import { useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { MoneyText, When } from '@/shared/ui/Values';
import { spendingQuery } from './api';
import css from './journey.module.css';
import { marksOf, throughFade } from './spending';
import type { SpendingCurve } from './types';

/** Below the first screen, with what draws it: the page is there before. */
const XyChart = lazy(() => import('@/shared/charts/XyChart').then((module) => ({ default: module.XyChart })));

const HEIGHT_PX = 190;

/** What a customer spent by month: when most, since when it has faded, and what happened just before. */
export function SpendingPanel({ id, name }: { id: string; name: string }) {
  const p = useT().customers.profile;
  const query = useQuery(spendingQuery(id));
  return (
    <QueryView
      query={query}
      quiet
      loading={
        <Panel title={p.spending}>
          <LoadingBlock height={HEIGHT_PX} />
        </Panel>
      }
    >
      {(curve) =>
        curve.months.length === 0 ? (
          <Panel title={p.spending}>
            <p className="muted">{p.noSpending}</p>
          </Panel>
        ) : (
          <Curve curve={curve} name={name} />
        )
      }
    </QueryView>
  );
}

function Curve({ curve, name }: { curve: SpendingCurve; name: string }) {
  const t = useT();
  const fmt = useFmt();
  const p = t.customers.profile;
  const s = t.journey.spending;
  const months = throughFade(curve);
  const [{ revenue: sample }] = months as [(typeof months)[number]];
  const money = (major: number) => ({ ...sample, minor: Math.round(major * 10 ** sample.exponent) });
  return (
    <ChartFrame
      title={p.spending}
      explain={<Explain name={p.spending} definition={s.about} />}
      fileName="spending.csv"
      currency={sample.currency}
      table={{
        columns: [t.common.month, t.customers.column.revenue, t.customers.column.orders],
        rows: months.map((one) => ({
          cells: [one.month, <MoneyText key="revenue" value={one.revenue} />, fmt.count(one.orders)],
          plain: [one.month, moneyMajor(one.revenue), one.orders],
        })),
      }}
    >
      <Suspense fallback={<LoadingBlock height={HEIGHT_PX} />}>
        <XyChart
          label={`${name}: ${p.spending}`}
          height={HEIGHT_PX}
          xLabels={months.map((one) => one.month)}
          series={[
            {
              key: 'revenue',
              label: t.customers.column.revenue,
              kind: 'bar',
              color: 1,
              values: months.map((one) => moneyMajor(one.revenue)),
            },
          ]}
          partial={(index) => (months[index]?.month ?? '') > curve.last_complete_month}
          markers={marksOf(curve, months).map(({ kind, index }) => ({ index, label: s[kind] }))}
          formatAxis={(value) => fmt.moneyShort(money(value))}
          formatValue={(value) => fmt.money(money(value))}
        />
      </Suspense>
      <Fade curve={curve} />
    </ChartFrame>
  );
}

/** In words: what the chart marks, and the last deeds before spending faded. */
function Fade({ curve: { peak, before_fade: before } }: { curve: SpendingCurve }) {
  const t = useT();
  const fmt = useFmt();
  const s = t.journey.spending;
  if (!peak) return <p className={css.fade}>{s.noPeak}</p>;
  return (
    <div className={css.fade} data-testid="spending-fade">
      <p>
        {s.peakText(peak.month, fmt.money(peak.revenue))}{' '}
        {peak.half_life_date ? s.fadedText(peak.half_life_date) : s.notFaded}
      </p>
      {before.length > 0 && (
        <>
          <p className={css.fadeLead}>{s.before}</p>
          <ul>
            {before.map((entry) => (
              <li key={entry.id}>
                <When at={entry.at} /> · {lookup(t.common.kinds, entry.kind)} ·{' '}
                <span translate="no">{entry.order_no ?? entry.title}</span>
                {entry.amount && <> · {fmt.money(entry.amount)}</>}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
