import type { MatchedRule } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { PlainTable } from '@/shared/ui/PlainTable';
import css from './imports.module.css';

/** How customers of a customer file were recognised: by which identifier, how many, how surely. */
export function MatchReport({ rules }: { rules: MatchedRule[] }) {
  const t = useT();
  const fmt = useFmt();
  const m = t.imports.match;
  return (
    <>
      <p className={css.hint}>{m.hint}</p>
      <PlainTable label={t.imports.page.matchReport} testId="match-report">
        <thead>
          <tr>
            <th scope="col">{m.rule}</th>
            <th scope="col" className="num">
              {m.customers}
            </th>
            <th scope="col" className="num">
              {m.confidence}
            </th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <tr key={rule.rule}>
              <th scope="row">{lookup(t.common.identifiers, rule.rule)}</th>
              <td className="num">{fmt.count(rule.customers)}</td>
              <td className="num">{fmt.percent(rule.confidence, 2)}</td>
            </tr>
          ))}
        </tbody>
      </PlainTable>
    </>
  );
}
