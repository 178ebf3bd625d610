import type { MatchedRule } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { RowTable } from '@/shared/ui/PlainTable';
import css from './imports.module.css';

/** How customers of a customer file were recognised: by which identifier, how many, how surely. */
export function MatchReport({ rules }: { rules: MatchedRule[] }) {
  const t = useT();
  const fmt = useFmt();
  const m = t.importPage.match;
  return (
    <>
      <p className={css.hint}>{m.hint}</p>
      <RowTable
        label={t.importPage.matchReport}
        testId="match-report"
        columns={[
          { key: 'rule', header: m.rule, render: ({ rule }) => lookup(t.common.identifiers, rule) },
          { key: 'customers', header: m.customers, numeric: true, render: (one) => fmt.count(one.customers) },
          { key: 'confidence', header: m.confidence, numeric: true, render: (one) => fmt.percent(one.confidence, 2) },
        ]}
        rows={rules}
        rowKey={({ rule }) => rule}
      />
    </>
  );
}
