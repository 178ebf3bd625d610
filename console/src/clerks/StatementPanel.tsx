import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { MoreRows, useFirstRows } from '@/shared/ui/MoreRows';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { Missing, MoneyText, When } from '@/shared/ui/Values';
import { statementQuery } from './api';
import css from './clerks.module.css';
import type { Period } from './period';
import { type Line, linesOf } from './statement';
import type { Clerk, Statement } from './types';

/** What was earned and taken back in these days, line by line, and what it comes to. */
export function StatementPanel({ clerk, period }: { clerk: Clerk; period: Period }) {
  const t = useT();
  const s = t.clerks.statement;
  const query = useQuery(statementQuery(clerk.id, period.from, period.to));
  const { data } = query;
  const file = (statement: Statement) => ({
    name: `statement-${clerk.code}-${period.from}-${period.to}.csv`,
    columns: [s.at, s.what, s.customer, s.order, s.amount, s.reverses, s.settlement],
    rows: statement.lines.map((line) => [
      line.at,
      lookup(t.clerks.kinds, line.rule.kind),
      line.customer_id ?? '',
      line.order_no ?? '',
      moneyMajor(line.amount),
      line.reverses ?? '',
      line.settlement_id ?? '',
    ]),
    currency: statement.amount.currency,
  });
  return (
    <Panel
      flush
      title={s.title}
      explain={<Explain name={s.title} definition={s.about} />}
      actions={data && data.lines.length > 0 && <DownloadCsv title={s.title} file={() => file(data)} />}
      testId="statement"
    >
      <QueryView
        query={query}
        quiet
        loading={
          <div className={css.pad}>
            <LoadingBlock lines={4} height={36} />
          </div>
        }
      >
        {(statement) => <Lines statement={statement} />}
      </QueryView>
    </Panel>
  );
}

function Lines({ statement }: { statement: Statement }) {
  const t = useT();
  const fmt = useFmt();
  const s = t.clerks.statement;
  const lines = linesOf(statement.lines);
  const { shown, hidden, more } = useFirstRows(lines);
  const columns = useColumns();
  if (lines.length === 0) return <p className={css.none}>{s.nothing}</p>;
  const all = statement.awards + statement.reversals;
  return (
    <>
      <div className={css.pad}>
        <p className={css.total} data-testid="statement-total">
          <MoneyText value={statement.amount} />
        </p>
        <p className="muted">{s.counts(fmt.count(statement.awards), fmt.count(statement.reversals))}</p>
        {all > lines.length && <Notice tone="warning">{s.partial(fmt.count(lines.length), fmt.count(all))}</Notice>}
      </div>
      <DataTable label={s.title} columns={columns} rows={shown} rowKey={({ id }) => id} compact tall />
      <MoreRows hidden={hidden} onMore={more} />
    </>
  );
}

function useColumns(): Column<Line>[] {
  const t = useT();
  const fmt = useFmt();
  const { statement: s, kinds } = t.clerks;
  const can = useCan();
  return [
    {
      key: 'what',
      header: s.what,
      always: true,
      render: ({ rule, reverses }) => {
        const what = lookup(kinds, rule.kind);
        return reverses === null ? what : s.takenBack(what);
      },
    },
    { key: 'at', header: s.at, render: ({ at }) => <When at={at} /> },
    { key: 'amount', header: s.amount, numeric: true, render: ({ amount }) => <MoneyText value={amount} /> },
    {
      key: 'state',
      header: s.state,
      render: ({ settlement_id, takenBackAt, earnedAt, reverses }) => (
        <span className={css.chips}>
          {settlement_id !== null ? (
            <Link to="/incentives" search={{ tab: 'settlements', settlement: settlement_id }}>
              {s.settled}
            </Link>
          ) : (
            <span>{s.open}</span>
          )}
          {takenBackAt !== null && <Chip tone="warning">{s.takenBackAt(fmt.listTime(takenBackAt))}</Chip>}
          {reverses !== null && earnedAt !== null && (
            <span className="muted">{s.earnedAt(fmt.listTime(earnedAt))}</span>
          )}
        </span>
      ),
    },
    {
      key: 'customer',
      header: s.customer,
      render: ({ customer_id }) =>
        customer_id === null ? (
          <Missing />
        ) : can('customers.read') ? (
          <Link to="/customers/$id" params={{ id: customer_id }} className="mono" translate="no">
            {customer_id}
          </Link>
        ) : (
          <span className="mono">{customer_id}</span>
        ),
    },
    {
      key: 'order',
      header: s.order,
      render: ({ order_no }) =>
        order_no && (
          <span className="mono" translate="no">
            {order_no}
          </span>
        ),
    },
  ];
}
