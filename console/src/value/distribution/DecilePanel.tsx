import { Link } from '@tanstack/react-router';
import type { Day, Distribution } from '@/shared/api/types';
import { Meter } from '@/shared/charts/Bars';
import { useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import type { RowColumn } from '@/shared/ui/PlainTable';
import { MoneyText, Percent } from '@/shared/ui/Values';
import { TablePanel } from '../TablePanel';
import { decileSearch, partEnds } from './links';

type Decile = Distribution['deciles'][number];

export function DecilePanel({ distribution, asOf }: { distribution: Distribution; asOf: Day | null }) {
  const t = useT();
  const fmt = useFmt();
  const d = t.value.distribution;
  const { deciles, measure, currency } = distribution;
  const largest = Math.max(0.0001, ...deciles.map((decile) => decile.share ?? 0));
  const whole = (ratio: number) => fmt.number(ratio * 100, 0);
  const names = partEnds(deciles).map(({ from, to }) =>
    from === 0 ? d.topPart(`${whole(to)}%`) : `${whole(from)}–${whole(to)}%`,
  );
  const file = () => ({
    name: `deciles-${measure}.csv`,
    columns: [d.decile, d.customers, d.decileFrom, d.decileTo, d.amount, d.share],
    rows: deciles.map((decile, index) => [
      names[index] ?? '',
      decile.customers,
      moneyMajor({ ...decile.amount, minor: decile.from_minor }),
      moneyMajor({ ...decile.amount, minor: decile.to_minor }),
      moneyMajor(decile.amount),
      decile.share ?? '',
    ]),
    asOf,
    currency,
  });
  const columns: RowColumn<Decile>[] = [
    {
      key: 'decile',
      header: d.decile,
      render: (decile, index) => (
        <>
          {names[index]}
          <Meter ratio={(decile.share ?? 0) / largest} />
        </>
      ),
    },
    {
      key: 'customers',
      header: d.customers,
      numeric: true,
      render: (decile) => (
        <Link to="/customers" search={decileSearch(measure, decile)} data-count={decile.customers}>
          {fmt.count(decile.customers)}
        </Link>
      ),
    },
    {
      key: 'from',
      header: d.decileFrom,
      numeric: true,
      render: (decile) => <MoneyText value={{ ...decile.amount, minor: decile.from_minor }} />,
    },
    { key: 'amount', header: d.amount, numeric: true, render: (decile) => <MoneyText value={decile.amount} /> },
    {
      key: 'share',
      header: d.share,
      numeric: true,
      render: (decile) => <Percent ratio={decile.share} reason={t.value.noShare} />,
    },
  ];
  return (
    <TablePanel
      title={d.deciles}
      explain={<Explain name={d.deciles} definition={d.decilesDefinition} asOf={asOf} />}
      file={file}
      testId="deciles"
      columns={columns}
      rows={deciles}
      rowKey={(decile) => String(decile.decile)}
    />
  );
}
