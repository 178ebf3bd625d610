import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { usersQuery } from '@/settings/api';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Fact, Facts } from '@/shared/ui/Facts';
import { useFocusBack } from '@/shared/ui/hooks';
import { MoreRows, useFirstRows } from '@/shared/ui/MoreRows';
import { MoneyText, When } from '@/shared/ui/Values';
import css from '../clerks.module.css';
import type { SettledClerk, Settlement } from '../types';
import { lastDayBefore, sumOf } from './preview';
import { useSpanText } from './SettlementsTab';

/** A closed period: what each clerk was paid, as a table and as a file. */
export function SettlementDialog({ settlement, onClose }: { settlement: Settlement; onClose: () => void }) {
  const t = useT();
  const fmt = useFmt();
  const s = t.clerks.settlements;
  useFocusBack();
  const can = useCan();
  const users = useQuery({ ...usersQuery, enabled: can('access.manage') }).data?.items;
  const spanOf = useSpanText();
  const { clerks } = settlement;
  const sum = sumOf(clerks);
  const { shown, hidden, more } = useFirstRows(clerks);
  const last = lastDayBefore(settlement.until, fmt.day);
  const columns: Column<SettledClerk>[] = [
    {
      key: 'name',
      header: s.clerk,
      always: true,
      render: ({ clerk_id, name }) => (
        <Link to="/clerks/$id" params={{ id: clerk_id }} translate="no">
          {name}
        </Link>
      ),
    },
    { key: 'awards', header: s.awards, numeric: true, render: ({ awards }) => fmt.count(awards) },
    { key: 'reversals', header: s.reversals, numeric: true, render: ({ reversals }) => fmt.count(reversals) },
    { key: 'amount', header: s.amount, numeric: true, render: ({ amount }) => <MoneyText value={amount} /> },
  ];
  const file = () => ({
    name: `settlement-${last}.csv`,
    columns: [s.clerkId, s.clerk, s.awards, s.reversals, s.amount],
    rows: clerks.map((one) => [one.clerk_id, one.name, one.awards, one.reversals, moneyMajor(one.amount)]),
    asOf: last,
    currency: sum?.currency,
  });
  const by = users?.find(({ id }) => id === settlement.closed_by)?.name;
  return (
    <Modal
      opened
      onClose={onClose}
      title={s.of(spanOf(settlement))}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <div className={css.stack} data-testid="settlement">
        <Facts>
          <Fact name={s.amount}>
            <MoneyText value={sum} reason={s.nobody} />
          </Fact>
          <Fact name={s.closedAt}>
            <When at={settlement.closed_at} />
          </Fact>
          <Fact name={s.closedBy}>
            {by ? <span translate="no">{by}</span> : <span className="mono">{settlement.closed_by}</span>}
          </Fact>
        </Facts>
        {clerks.length === 0 ? (
          <p className="muted">{s.nobody}</p>
        ) : (
          <>
            <div className={css.foot}>
              <DownloadCsv title={s.of(spanOf(settlement))} file={file} />
            </div>
            <DataTable label={s.paid} columns={columns} rows={shown} rowKey={({ clerk_id }) => clerk_id} compact />
            <MoreRows hidden={hidden} onMore={more} />
          </>
        )}
        <p className={css.hint}>{s.forGood}</p>
      </div>
    </Modal>
  );
}
