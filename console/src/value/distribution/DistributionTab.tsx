import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Distribution, Measure, Money, ValueReport } from '@/shared/api/types';
import { Histogram } from '@/shared/charts/Bars';
import { ChartFrame } from '@/shared/charts/ChartFrame';
import { LorenzChart } from '@/shared/charts/LorenzChart';
import { useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { distributionQuery } from '../api';
import { noValueRun } from '../NoValueRun';
import css from '../value.module.css';
import { DecilePanel } from './DecilePanel';

const MEASURES: Measure[] = ['lifetime', 'historical', 'current', 'potential'];

export function DistributionTab({ report }: { report: ValueReport | undefined }) {
  const t = useT();
  const [measure, setMeasure] = useState<Measure>('lifetime');
  const query = useQuery(distributionQuery(measure));
  const chooser = (
    <SegmentedControl
      size="xs"
      aria-label={t.value.distribution.measure}
      value={measure}
      onChange={(next) => setMeasure(next as Measure)}
      data={MEASURES.map((value) => ({ value, label: t.common.parts[value] }))}
      className={css.scrollX}
    />
  );
  return (
    <QueryView query={query} loading={<LoadingBlock lines={2} height={260} />} onError={noValueRun}>
      {(distribution) => (
        <div className={css.stack}>
          <HistogramPanel distribution={distribution} chooser={chooser} asOf={report?.as_of ?? null} />
          <div className={css.two}>
            <DecilePanel distribution={distribution} asOf={report?.as_of ?? null} />
            {report?.top20 && <LorenzPanel top={report.top20} asOf={report.as_of} />}
          </div>
        </div>
      )}
    </QueryView>
  );
}

/** Only lifetime value can be filtered on; the other measures lead to the list in their order. */
function peopleOf(measure: Measure, from: number, to: number | null): Record<string, string> {
  if (measure !== 'lifetime') return { sort: `${measure}_value` };
  return {
    sort: 'lifetime_value',
    min_lifetime_minor: String(from),
    ...(to === null ? {} : { max_lifetime_minor: String(to - 1) }),
  };
}

function HistogramPanel({
  distribution,
  chooser,
  asOf,
}: {
  distribution: Distribution;
  chooser: ReactNode;
  asOf: string | null;
}) {
  const t = useT();
  const fmt = useFmt();
  const d = t.value.distribution;
  const sample = distribution.bins[0]?.amount ?? { minor: 0, currency: distribution.currency, exponent: 2 };
  const [scale, setScale] = useState<'linear' | 'log'>('linear');
  const money = (minor: number): Money => ({ ...sample, minor });
  const bins = distribution.bins.map((bin, index) => {
    const open = index === distribution.bins.length - 1 || bin.to_minor === null;
    const low = fmt.moneyShort(money(bin.from_minor));
    return { ...bin, open, range: open ? d.open(low) : d.range(low, fmt.moneyShort(money(bin.to_minor ?? 0))) };
  });
  const middle = bins[Math.floor(bins.length / 2)];
  const last = bins.at(-1);
  return (
    <ChartFrame
      title={d.title}
      testId="histogram"
      explain={<Explain name={d.title} definition={d.definition} asOf={asOf} />}
      actions={
        <>
          {chooser}
          <SegmentedControl
            size="xs"
            aria-label={d.scale}
            value={scale}
            onChange={(next) => setScale(next as 'linear' | 'log')}
            data={(['linear', 'log'] as const).map((value) => ({ value, label: d.scales[value] }))}
          />
        </>
      }
      fileName="distribution.csv"
      table={{
        columns: [d.from, d.to, d.customers, d.amount],
        rows: bins.map((bin) => ({
          cells: [
            fmt.money(money(bin.from_minor)),
            bin.open ? '' : fmt.money(money(bin.to_minor ?? 0)),
            <Link
              key="people"
              to="/customers"
              search={peopleOf(distribution.measure, bin.from_minor, bin.open ? null : bin.to_minor)}
            >
              {fmt.count(bin.customers)}
            </Link>,
            fmt.money(bin.amount),
          ],
          plain: [
            bin.from_minor / 10 ** sample.exponent,
            bin.open ? '' : (bin.to_minor ?? 0) / 10 ** sample.exponent,
            bin.customers,
            moneyMajor(bin.amount),
          ],
        })),
      }}
    >
      <p className={css.tallest}>{d.tallest(fmt.count(Math.max(0, ...bins.map((bin) => bin.customers))))}</p>
      <Histogram
        label={d.title}
        bars={bins.map((bin) => ({
          key: String(bin.from_minor),
          size: scale === 'log' ? Math.log1p(bin.customers) : bin.customers,
          label: d.bar(fmt.count(bin.customers), bin.range),
          search: peopleOf(distribution.measure, bin.from_minor, bin.open ? null : bin.to_minor),
        }))}
        scale={[
          bins[0] ? fmt.moneyShort(money(bins[0].from_minor)) : '',
          middle ? fmt.moneyShort(money(middle.from_minor)) : '',
          last?.range ?? '',
        ]}
      />
    </ChartFrame>
  );
}

function LorenzPanel({ top, asOf }: { top: NonNullable<ValueReport['top20']>; asOf: string }) {
  const t = useT();
  const fmt = useFmt();
  const d = t.value.distribution;
  const text = d.lorenzText(
    t.common.people(fmt.count(top.customers)),
    fmt.percent(top.share_of_profit),
    fmt.moneyCompact(top.profit),
    fmt.percent(top.repeat_customer_share),
  );
  return (
    <ChartFrame
      title={d.lorenz}
      testId="lorenz"
      explain={<Explain name={d.lorenz} definition={d.lorenzDefinition} asOf={asOf} />}
      fileName="lorenz.csv"
      table={{
        columns: [d.lorenzX, d.lorenzPoint],
        rows: top.lorenz.map((point) => ({
          cells: [fmt.percent(point.p, 0), fmt.percent(point.share)],
          plain: [point.p, point.share],
        })),
      }}
    >
      <LorenzChart
        label={text}
        points={top.lorenz}
        mark={{ p: 0.2, share: top.share_of_profit, text: d.lorenzMark(fmt.percent(top.share_of_profit)) }}
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
