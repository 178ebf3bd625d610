import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { MoreRows, useFirstRows } from '@/shared/ui/MoreRows';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { MoneyText } from '@/shared/ui/Values';
import { rankingQuery } from '../api';
import css from '../clerks.module.css';
import { PeriodChoice, usePeriod } from '../PeriodChoice';
import type { Period } from '../period';
import { soldBy } from '../sales';
import type { RankingRow } from '../types';
import { ranked } from './ranking';

/** Who signed up and sold how much in a period, in the order of the server. */
export function RankingTab() {
  const period = usePeriod();
  return (
    <div className={css.stack}>
      <PeriodChoice period={period} />
      {period.isValid && <RankingPanel period={period} />}
    </div>
  );
}

function RankingPanel({ period }: { period: Period }) {
  const t = useT();
  const r = t.clerks.ranking;
  const query = useQuery(rankingQuery(period.from, period.to));
  const { data } = query;
  const file = (items: RankingRow[]) => ({
    name: `clerks-${period.from}-${period.to}.csv`,
    columns: [r.place, r.name, r.signUps, r.orders, r.net, r.earned],
    rows: ranked(items).map(({ place, row }) => {
      const { orders, net } = soldBy(row);
      return [place, row.name, row.sign_ups, orders, moneyMajor(net), moneyMajor(row.earned)];
    }),
    currency: items[0]?.earned.currency,
  });
  return (
    <Panel
      flush
      title={r.title(period.from, period.to)}
      explain={<Explain name={t.clerks.incentives.tabs.ranking} definition={r.about} />}
      actions={data && data.items.length > 0 && <DownloadCsv title={r.file} file={() => file(data.items)} />}
      testId="ranking"
    >
      <QueryView
        query={query}
        loading={
          <div className={css.pad}>
            <LoadingBlock lines={8} height={36} />
          </div>
        }
      >
        {({ items }) => (items.length === 0 ? <Nobody /> : <Table items={items} />)}
      </QueryView>
    </Panel>
  );
}

function Nobody() {
  const r = useT().clerks.ranking;
  return (
    <p className={css.none}>
      {r.nobody} <Link to="/clerks">{r.toClerks}</Link>
    </p>
  );
}

function Table({ items }: { items: RankingRow[] }) {
  const t = useT();
  const fmt = useFmt();
  const r = t.clerks.ranking;
  const { shown, hidden, more } = useFirstRows(ranked(items));
  const columns: Column<(typeof shown)[number]>[] = [
    {
      key: 'name',
      header: r.name,
      always: true,
      render: ({ row }) => (
        <Link to="/clerks/$id" params={{ id: row.clerk_id }} translate="no">
          {row.name}
        </Link>
      ),
    },
    { key: 'place', header: r.place, numeric: true, render: ({ place }) => fmt.count(place) },
    { key: 'sign_ups', header: r.signUps, numeric: true, render: ({ row }) => fmt.count(row.sign_ups) },
    { key: 'orders', header: r.orders, numeric: true, render: ({ row }) => fmt.count(soldBy(row).orders) },
    { key: 'net', header: r.net, numeric: true, render: ({ row }) => <MoneyText value={soldBy(row).net} /> },
    { key: 'earned', header: r.earned, numeric: true, render: ({ row }) => <MoneyText value={row.earned} /> },
  ];
  return (
    <>
      <DataTable
        label={t.clerks.incentives.tabs.ranking}
        columns={columns}
        rows={shown}
        rowKey={({ row }) => row.clerk_id}
        compact
        tall
      />
      <MoreRows hidden={hidden} onMore={more} />
    </>
  );
}
