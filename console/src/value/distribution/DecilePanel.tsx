import { Link } from '@tanstack/react-router';
import type { Day, Distribution } from '@/shared/api/types';
import { Meter } from '@/shared/charts/Bars';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { MoneyText, Percent } from '@/shared/ui/Values';
import css from '../value.module.css';
import { decileSearch, partEnds } from './links';

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
  return (
    <Panel
      title={d.deciles}
      explain={<Explain name={d.deciles} definition={d.decilesDefinition} asOf={asOf} />}
      actions={<DownloadCsv title={d.deciles} file={file} />}
      testId="deciles"
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={css.scroll} tabIndex={0} aria-label={d.deciles}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{d.decile}</th>
              <th scope="col" className={css.num}>
                {d.customers}
              </th>
              <th scope="col" className={css.num}>
                {d.decileFrom}
              </th>
              <th scope="col" className={css.num}>
                {d.amount}
              </th>
              <th scope="col" className={css.num}>
                {d.share}
              </th>
              <td className={css.meterCell} />
            </tr>
          </thead>
          <tbody>
            {deciles.map((decile, index) => (
              <tr key={decile.decile}>
                <th scope="row">{names[index]}</th>
                <td className={css.num}>
                  <Link to="/customers" search={decileSearch(measure, decile)} data-count={decile.customers}>
                    {fmt.count(decile.customers)}
                  </Link>
                </td>
                <td className={css.num}>
                  <MoneyText value={{ ...decile.amount, minor: decile.from_minor }} />
                </td>
                <td className={css.num}>
                  <MoneyText value={decile.amount} />
                </td>
                <td className={css.num}>
                  <Percent ratio={decile.share} reason={t.value.noShare} />
                </td>
                <td className={css.meterCell}>
                  <Meter ratio={(decile.share ?? 0) / largest} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}
