import { Link } from '@tanstack/react-router';
import type { Distribution, Money } from '@/shared/api/types';
import { Meter } from '@/shared/charts/Bars';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { MoneyText, Percent } from '@/shared/ui/Values';
import css from '../value.module.css';

/** From the smallest value of this tenth up to the smallest of the one above: the list counts the same people. */
export function decileSearch(deciles: Distribution['deciles'], index: number): Record<string, string> {
  const [decile, better] = [deciles[index], deciles[index - 1]];
  return {
    sort: 'lifetime_value',
    ...(decile && index < deciles.length - 1 ? { min_lifetime_minor: String(decile.from_minor) } : {}),
    ...(better ? { max_lifetime_minor: String(better.from_minor - 1) } : {}),
  };
}

export function DecilePanel({ distribution, asOf }: { distribution: Distribution; asOf: string | null }) {
  const t = useT();
  const fmt = useFmt();
  const d = t.value.distribution;
  const largest = Math.max(0.0001, ...distribution.deciles.map((decile) => decile.share ?? 0));
  return (
    <Panel
      title={d.deciles}
      explain={<Explain name={d.deciles} definition={d.decilesDefinition} asOf={asOf} />}
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
            {distribution.deciles.map((decile, index) => {
              const from: Money = { ...decile.amount, minor: decile.from_minor };
              const low = (decile.decile - 1) * 10;
              return (
                <tr key={decile.decile}>
                  <th scope="row">
                    {index === 0 ? d.decileName('10', true) : d.decileName(`${low}–${low + 10}`, false)}
                  </th>
                  <td className={css.num}>
                    {distribution.measure === 'lifetime' ? (
                      <Link
                        to="/customers"
                        search={decileSearch(distribution.deciles, index)}
                        data-count={decile.customers}
                      >
                        {fmt.count(decile.customers)}
                      </Link>
                    ) : (
                      fmt.count(decile.customers)
                    )}
                  </td>
                  <td className={css.num}>
                    <MoneyText value={from} />
                  </td>
                  <td className={css.num}>
                    <MoneyText value={decile.amount} />
                  </td>
                  <td className={css.num}>
                    <Percent ratio={decile.share} />
                  </td>
                  <td className={css.meterCell}>
                    <Meter ratio={(decile.share ?? 0) / largest} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}
