import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { MoneyText, When } from '@/shared/ui/Values';
import { type Statement, type StatementLine, statementQuery } from './api';
import css from './clerk.module.css';
import { lastMonth, thisMonth } from './months';

/** What the clerk earned in a month, and each line that it is made of. */
export function StatementPanel() {
  const t = useT();
  const fmt = useFmt();
  const s = t.clerk.statement;
  const [month, setMonth] = useState<'this' | 'last'>('this');
  const today = fmt.day(new Date().toISOString());
  const span = month === 'this' ? thisMonth(today) : lastMonth(today);
  const query = useQuery(statementQuery(span.from, span.to));
  return (
    <Panel title={s.title} testId="statement">
      <SegmentedControl
        fullWidth
        size="md"
        aria-label={s.month}
        value={month}
        onChange={(value) => setMonth(value as 'this' | 'last')}
        data={[
          { value: 'this', label: s.thisMonth },
          { value: 'last', label: s.lastMonth },
        ]}
      />
      <QueryView query={query} loading={<LoadingBlock height={80} />}>
        {(statement) => <Lines statement={statement} />}
      </QueryView>
    </Panel>
  );
}

function Lines({ statement }: { statement: Statement }) {
  const fmt = useFmt();
  const s = useT().clerk.statement;
  return (
    <>
      <p className={css.sum} data-testid="earned">
        <MoneyText value={statement.amount} />
      </p>
      <p className="muted">{s.counts(fmt.count(statement.awards), fmt.count(statement.reversals))}</p>
      <ul className={css.list}>
        {statement.lines.map((line) => (
          <Line key={line.id} line={line} />
        ))}
      </ul>
      {statement.lines.length === 0 && <p className="muted">{s.nothing}</p>}
    </>
  );
}

function Line({ line }: { line: StatementLine }) {
  const s = useT().clerk.statement;
  const why = line.rule.kind === 'first_order' ? s.firstOrder : s.signUp;
  return (
    <li>
      <span className={css.why}>
        <span>{line.reverses === null ? why : s.takenBack(why)}</span>
        <span className="muted">
          <When at={line.at} />
          {line.order_no !== null && ` · ${line.order_no}`}
          {line.settlement_id !== null && ` · ${s.settled}`}
        </span>
      </span>
      <MoneyText value={line.amount} />
    </li>
  );
}
