import type { CustomerProfile, Month } from '@/shared/api/types';
import { ChartFrame } from '@/shared/charts/ChartFrame';
import { XyChart } from '@/shared/charts/XyChart';
import { useFmt } from '@/shared/fmt';
import { addMonths, monthsBetween } from '@/shared/fmt/date';
import { moneyMajor } from '@/shared/fmt/money';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { MoneyText } from '@/shared/ui/Values';

type Spending = CustomerProfile['spending'];

/** Months without a purchase are zeros, not gaps. */
export function fillMonths(spending: Spending): Spending {
  const first = spending[0];
  const last = spending.at(-1);
  if (!first || !last) return [];
  const known = new Map<Month, Spending[number]>(spending.map((one) => [one.month, one]));
  return Array.from({ length: monthsBetween(first.month, last.month) + 1 }, (_, index) => {
    const month = addMonths(first.month, index);
    return known.get(month) ?? { month, revenue: { ...first.revenue, minor: 0 }, orders: 0 };
  });
}

export function SpendingPanel({ spending, name }: { spending: Spending; name: string }) {
  const t = useT();
  const fmt = useFmt();
  const p = t.customers.profile;
  const months = fillMonths(spending);
  const sample = months[0]?.revenue;
  if (!sample) {
    return (
      <Panel title={p.spending}>
        <p className="muted">{p.noSpending}</p>
      </Panel>
    );
  }
  const money = (major: number) => ({ ...sample, minor: Math.round(major * 10 ** sample.exponent) });
  return (
    <ChartFrame
      title={p.spending}
      explain={<Explain name={p.spending} definition={t.customers.definitions.revenue} />}
      fileName="spending.csv"
      table={{
        columns: [t.home.month, t.customers.column.revenue, t.customers.column.orders],
        rows: months.map((one) => ({
          cells: [one.month, <MoneyText key="revenue" value={one.revenue} />, fmt.count(one.orders)],
          plain: [one.month, moneyMajor(one.revenue), one.orders],
        })),
      }}
    >
      <XyChart
        label={`${name}: ${p.spending}`}
        height={190}
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
    </ChartFrame>
  );
}
