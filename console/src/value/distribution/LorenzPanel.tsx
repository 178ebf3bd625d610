import { Link } from '@tanstack/react-router';
import type { Day, ValueReport } from '@/shared/api/types';
import { ChartFrame } from '@/shared/charts/ChartFrame';
import { LorenzChart } from '@/shared/charts/LorenzChart';
import { useFmt } from '@/shared/fmt';
import { MISSING } from '@/shared/fmt/number';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import css from '../value.module.css';

export const TOP_SHARE = 0.2;

/** The server counts from the poorest; people ask what the best bring, so the curve is turned around. */
export function bestFirst(lorenz: { p: number; share: number }[]): { p: number; share: number }[] {
  return lorenz.map(({ p, share }) => ({ p: 1 - p, share: 1 - share })).reverse();
}

export function LorenzPanel({ top, asOf }: { top: NonNullable<ValueReport['top20']>; asOf: Day }) {
  const t = useT();
  const fmt = useFmt();
  const d = t.value.distribution;
  const share = top.share_of_profit;
  if (share === null) return null;
  const points = bestFirst(top.lorenz);
  const repeat = top.repeat_customer_share === null ? MISSING : fmt.percent(top.repeat_customer_share);
  const text = d.lorenzText(
    t.common.people(fmt.count(top.customers)),
    fmt.percent(share),
    fmt.moneyCompact(top.profit),
    repeat,
  );
  return (
    <ChartFrame
      title={d.lorenz}
      testId="lorenz"
      explain={<Explain name={d.lorenz} definition={d.lorenzDefinition} asOf={asOf} />}
      fileName="lorenz.csv"
      table={{
        columns: [d.lorenzX, d.lorenzPoint],
        rows: points.map((point) => ({
          cells: [fmt.percent(point.p, 0), fmt.percent(point.share)],
          plain: [point.p, point.share],
        })),
      }}
    >
      <LorenzChart
        label={text}
        points={points}
        mark={{ p: TOP_SHARE, share, text: d.lorenzMark(fmt.percent(share)) }}
        formatPercent={(ratio) => fmt.percent(ratio, 0)}
        xLabel={d.lorenzX}
      />
      <p className={css.sentence}>
        {text}{' '}
        <Link to="/customers" search={{ value_percentile_min: '80', sort: 'lifetime_value' }}>
          {d.seeTop}
        </Link>
      </p>
    </ChartFrame>
  );
}
