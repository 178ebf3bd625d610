import { Link } from '@tanstack/react-router';
import type { CustomerRow } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, type Messages, useT } from '@/shared/i18n';
import type { usePersonal } from '@/shared/privacy/Privacy';
import { Chip } from '@/shared/ui/Chip';
import type { Column } from '@/shared/ui/DataTable';
import { DayOf, Missing, MoneyText, Percent } from '@/shared/ui/Values';
import type { ListPlace } from './listPlace';
import { customerName } from './name';
import { noNextPurchase } from './noNextPurchase';

export const DEFAULT_COLUMNS = [
  'group',
  'orders',
  'revenue',
  'last_purchase_at',
  'current_value',
  'potential_value',
  'lifetime_value',
  'probability_active',
];

function Group({ row }: { row: CustomerRow }) {
  const t = useT();
  return row.rfm ? <Chip>{lookup(t.common.groups, row.rfm.group)}</Chip> : <Missing reason={t.customers.neverBought} />;
}

function Decimal({ value }: { value: number | null }) {
  const t = useT();
  const fmt = useFmt();
  return value === null ? <Missing reason={t.customers.noValueReason} /> : <>{fmt.decimal(value)}</>;
}

function Count({ value }: { value: number }) {
  const fmt = useFmt();
  return <>{fmt.count(value)}</>;
}

/** A name leads to the customer, and takes `place` along for the way back. */
export function customerColumns(
  t: Messages,
  place: ListPlace,
  personal: ReturnType<typeof usePersonal>,
): Column<CustomerRow>[] {
  const c = t.customers.column;
  const money = (
    key: 'historical_value' | 'current_value' | 'potential_value' | 'lifetime_value',
  ): Column<CustomerRow> => ({
    key,
    header: c[key],
    sortKey: key,
    numeric: true,
    render: (row) => <MoneyText value={row[key]} reason={t.customers.noValueReason} />,
  });
  return [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: (row) => {
        const { kind, value } = customerName(row);
        return (
          <Link to="/customers/$id" params={{ id: row.id }} state={{ list: place }}>
            {personal(kind, value)}
          </Link>
        );
      },
    },
    {
      key: 'identifiers',
      header: c.identifiers,
      render: (row) => (
        <span className="mono">{row.identifiers.map(({ type, value }) => personal(type, value)).join(' · ')}</span>
      ),
    },
    { key: 'group', header: c.group, render: (row) => <Group row={row} /> },
    {
      key: 'cell',
      header: c.cell,
      numeric: true,
      render: (row) => row.rfm?.cell ?? <Missing reason={t.customers.neverBought} />,
    },
    {
      key: 'orders',
      header: c.orders,
      sortKey: 'orders',
      numeric: true,
      render: (row) => <Count value={row.orders} />,
    },
    {
      key: 'revenue',
      header: c.revenue,
      sortKey: 'revenue',
      numeric: true,
      render: (row) => <MoneyText value={row.revenue} />,
    },
    {
      key: 'gross_sales',
      header: c.gross_sales,
      numeric: true,
      render: (row) => <MoneyText value={row.gross_sales} />,
    },
    { key: 'refunds', header: c.refunds, numeric: true, render: (row) => <MoneyText value={row.refunds} /> },
    {
      key: 'first_purchase_at',
      header: c.first_purchase_at,
      sortKey: 'first_purchase_at',
      numeric: true,
      render: (row) => <DayOf at={row.first_purchase_at} />,
    },
    {
      key: 'last_purchase_at',
      header: c.last_purchase_at,
      sortKey: 'last_purchase_at',
      numeric: true,
      render: (row) => <DayOf at={row.last_purchase_at} />,
    },
    money('historical_value'),
    money('current_value'),
    money('potential_value'),
    money('lifetime_value'),
    {
      key: 'probability_active',
      header: c.probability_active,
      sortKey: 'probability_active',
      numeric: true,
      render: (row) => <Percent ratio={row.probability_active} reason={t.customers.noValueReason} />,
    },
    {
      key: 'expected_orders',
      header: c.expected_orders,
      sortKey: 'expected_orders',
      numeric: true,
      render: (row) => <Decimal value={row.expected_orders} />,
    },
    {
      key: 'next_purchase_on',
      header: c.next_purchase_on,
      numeric: true,
      render: (row) => row.next_purchase_on ?? <Missing reason={noNextPurchase(t, row.expected_orders)} />,
    },
  ];
}
