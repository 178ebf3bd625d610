import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { ScrollRegion } from '@/shared/ui/ScrollRegion';
import css from './segments.module.css';
import type { RuleCount } from './types';

/** What each condition of a rule means by itself, and what the rule would mean if it were not there. */
export function ClauseCounts({ of: { clauses, count, everybody } }: { of: RuleCount }) {
  const c = useT().segments.clauses;
  const fmt = useFmt();
  if (clauses.length < 2) return null;
  const moved = (without: number) => {
    if (without === count) return c.same;
    const by = fmt.count(Math.abs(without - count));
    return without > count ? c.more(by) : c.fewer(by);
  };
  return (
    <div data-testid="clauses">
      <div className={css.subHead}>
        <h3 className={css.sub}>{c.title}</h3>
        <Explain name={c.title} definition={c.about} />
      </div>
      <ScrollRegion label={c.title} className={css.clauseScroll}>
        <table className={css.clauses}>
          <thead>
            <tr>
              <th scope="col">{c.column.clause}</th>
              <th scope="col">{c.column.alone}</th>
              <th scope="col">{c.column.without}</th>
            </tr>
          </thead>
          <tbody>
            {clauses.map((one, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a clause may stand twice, and has no name of its own
              <tr key={`${place} ${one.text}`}>
                <th scope="row" translate="no">
                  <code>{one.text}</code>
                </th>
                <td>
                  {fmt.count(one.count)}
                  <span className={css.track} aria-hidden="true">
                    <span
                      className={css.bar}
                      style={{ width: `${everybody === 0 ? 0 : (100 * one.count) / everybody}%` }}
                    />
                  </span>
                </td>
                <td>
                  {fmt.count(one.without)}
                  <span className={css.moved}>{moved(one.without)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}
