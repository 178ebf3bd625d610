import { lazy, Suspense } from 'react';
import type { CustomerProfile } from '@/shared/api/types';
import { ChartFrame } from '@/shared/charts/ChartFrame';
import { fillMonths } from '@/shared/charts/months';
import { useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock } from '@/shared/ui/StateView';
import { MoneyText } from '@/shared/ui/Values';

/** Below the first screen, with what draws it: the page is there before. */
const XyChart = lazy(() => import('@/shared/charts/XyChart').then((module) => ({ default: module.XyChart })));

const HEIGHT_PX = 190;

type Spending = CustomerProfile['spending'];

export function SpendingPanel({ spending, name }: { spending: Spending; name: string }) {
  const t = useT();
  const fmt = useFmt();
  const p = t.customers.profile;
  const sample = spending[0]?.revenue;
  if (!sample) {
    return (
      <Panel title={p.spending}>
        <p className="muted">{p.noSpending}</p>
      </Panel>
    );
  }
  const months = fillMonths(spending, (month) => ({ month, revenue: { ...sample, minor: 0 }, orders: 0 }));
  const money = (major: number) => ({ ...sample, minor: Math.round(major * 10 ** sample.exponent) });
  return (
    <ChartFrame
      title={p.spending}
      explain={<Explain name={p.spending} definition={t.customers.definitions.revenue} />}
      fileName="spending.csv"
      currency={sample.currency}
      table={{
        columns: [t.home.month, t.customers.column.revenue, t.customers.column.orders],
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
          formatAxis={(value) => fmt.moneyShort(money(value))}
          formatValue={(value) => fmt.money(money(value))}
        />
      </Suspense>
    </ChartFrame>
  );
}
