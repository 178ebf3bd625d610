import { useQuery } from '@tanstack/react-query';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { type RowColumn, RowTable } from '@/shared/ui/PlainTable';
import { MoneyText } from '@/shared/ui/Values';
import { rankingQuery } from './api';
import type { Period } from './period';
import { StoreName } from './StoreName';
import type { Clerk, RankingRow } from './types';

type Sales = RankingRow['sales'][number];

/** What was sold, by the store that the clerk was in then. Its failure is told above, where the figures are. */
export function SalesPanel({ clerk, period }: { clerk: Clerk; period: Period }) {
  const { sales: s, noStore } = useT().clerks;
  const fmt = useFmt();
  const { data } = useQuery(rankingQuery(period.from, period.to));
  const sales = data?.items.find(({ clerk_id }) => clerk_id === clerk.id)?.sales ?? [];
  const columns: RowColumn<Sales>[] = [
    { key: 'store', header: s.store, render: ({ store }) => (store === null ? noStore : <StoreName id={store} />) },
    { key: 'orders', header: s.orders, numeric: true, render: ({ orders }) => fmt.count(orders) },
    { key: 'net', header: s.net, numeric: true, render: ({ net_sales }) => <MoneyText value={net_sales} /> },
  ];
  return (
    <Panel title={s.title} testId="clerk-sales">
      {sales.length === 0 ? (
        <p className="muted">{s.nothing}</p>
      ) : (
        <RowTable label={s.title} columns={columns} rows={sales} rowKey={({ store }) => store ?? ''} />
      )}
    </Panel>
  );
}
