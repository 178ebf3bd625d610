import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Day, ValueReport } from '@/shared/api/types';
import { ChartFrame } from '@/shared/charts/ChartFrame';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { LoadingBlock } from '@/shared/ui/StateView';
import css from '../value.module.css';
import { bestFirst } from './lorenz';

/** Below the first screen, with what draws it: the page is there before. */
const LorenzChart = lazy(() =>
  import('@/shared/charts/LorenzChart').then((module) => ({ default: module.LorenzChart })),
);

const TOP_SHARE = 0.2;

export function LorenzPanel({ top, asOf }: { top: NonNullable<ValueReport['top20']>; asOf: Day }) {
  const t = useT();
  const fmt = useFmt();
  const d = t.value.distribution;
  const { share_of_profit: share, repeat_customer_share: repeat } = top;
  if (share === null || repeat === null) return null;
  const points = bestFirst(top.lorenz);
  const text = d.lorenzText(
    t.common.people(fmt.count(top.customers)),
    fmt.percent(share),
    fmt.moneyCompact(top.profit),
    fmt.percent(repeat),
  );
  return (
    <ChartFrame
      title={d.lorenz}
      testId="lorenz"
      explain={<Explain name={d.lorenz} definition={d.lorenzDefinition} asOf={asOf} />}
      fileName="lorenz.csv"
      asOf={asOf}
      table={{
        columns: [d.lorenzX, d.lorenzPoint],
        rows: points.map((point) => ({
          cells: [fmt.percent(point.p, 0), fmt.percent(point.share)],
          plain: [point.p, point.share],
        })),
      }}
    >
      <Suspense fallback={<LoadingBlock height={240} />}>
        <LorenzChart
          label={text}
          points={points}
          mark={{ p: TOP_SHARE, share, text: d.lorenzMark(fmt.percent(share)) }}
          formatPercent={(ratio) => fmt.percent(ratio, 0)}
          xLabel={d.lorenzX}
        />
      </Suspense>
      <p className={css.sentence}>
        {text}{' '}
        <Link
          to="/customers"
          search={{ max_profit_rank: String(top.customers), sort: 'revenue' }}
          data-testid="lorenz-top"
          data-count={top.customers}
        >
          {t.common.seePeople}
        </Link>
      </p>
    </ChartFrame>
  );
}
