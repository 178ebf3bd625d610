import { SegmentedControl } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Day, Distribution, Money } from '@/shared/api/types';
import { Histogram } from '@/shared/charts/Bars';
import { ChartFrame } from '@/shared/charts/ChartFrame';
import { type Fmt, useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { type Messages, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import css from '../value.module.css';
import { binSearch } from './links';

type Bin = Distribution['bins'][number];

function rangeText(bin: Bin, t: Messages, fmt: Fmt): string {
  const d = t.value.distribution;
  const money = (minor: number) => fmt.moneyShort({ ...bin.amount, minor });
  if (bin.from_minor === null) return d.below(money(bin.to_minor ?? 0));
  return bin.to_minor === null ? d.open(money(bin.from_minor)) : d.range(money(bin.from_minor), money(bin.to_minor));
}

interface Props {
  distribution: Distribution;
  chooser: ReactNode;
  asOf: Day | null;
}

export function HistogramPanel({ distribution, chooser, asOf }: Props) {
  const t = useT();
  const fmt = useFmt();
  const d = t.value.distribution;
  const [scale, setScale] = useState<'linear' | 'log'>('linear');
  const { bins, measure } = distribution;
  const edge = (bin: Bin, minor: number | null): Money | null => (minor === null ? null : { ...bin.amount, minor });
  const edgeText = (bin: Bin, minor: number | null) => {
    const money = edge(bin, minor);
    return money ? fmt.money(money) : '';
  };
  const plainEdge = (bin: Bin, minor: number | null) => {
    const money = edge(bin, minor);
    return money ? moneyMajor(money) : '';
  };
  const short = (bin: Bin | undefined) => (bin ? rangeText(bin, t, fmt) : '');
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
      fileName={`distribution-${measure}.csv`}
      asOf={asOf}
      currency={distribution.currency}
      table={{
        columns: [d.from, d.to, d.customers, d.amount],
        rows: bins.map((bin) => ({
          cells: [
            edgeText(bin, bin.from_minor),
            edgeText(bin, bin.to_minor),
            <Link key="people" to="/customers" search={binSearch(measure, bin)}>
              {fmt.count(bin.customers)}
            </Link>,
            fmt.money(bin.amount),
          ],
          plain: [plainEdge(bin, bin.from_minor), plainEdge(bin, bin.to_minor), bin.customers, moneyMajor(bin.amount)],
        })),
      }}
    >
      <p className={css.tallest}>{d.tallest(fmt.count(Math.max(0, ...bins.map((bin) => bin.customers))))}</p>
      <Histogram
        label={d.title}
        bars={bins.map((bin) => ({
          key: String(bin.from_minor),
          customers: bin.customers,
          size: scale === 'log' ? Math.log1p(bin.customers) : bin.customers,
          label: d.bar(fmt.count(bin.customers), rangeText(bin, t, fmt)),
          search: binSearch(measure, bin),
        }))}
        scale={[short(bins[0]), short(bins[Math.floor(bins.length / 2)]), short(bins.at(-1))]}
      />
    </ChartFrame>
  );
}
