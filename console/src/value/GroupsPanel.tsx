import { Link } from '@tanstack/react-router';
import type { Day, Money, RfmGroup } from '@/shared/api/types';
import { Meter } from '@/shared/charts/Bars';
import { useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import type { RowColumn } from '@/shared/ui/PlainTable';
import { MoneyCompact, Percent } from '@/shared/ui/Values';
import css from './groups.module.css';
import { TablePanel } from './TablePanel';

export interface GroupLine {
  group: RfmGroup;
  customers: number;
  /** Null without a forecast. */
  lifetime: Money | null;
  share: number | null;
  /** The detailed table shows it, and what to do with the group. */
  revenue?: Money;
}

interface Props {
  title: string;
  groups: GroupLine[];
  /** What `share` is a share of. */
  shareName: string;
  asOf: Day | null;
  currency: string | null;
  detailed?: boolean;
}

/** The eight groups, each with the people in it: home shows what they are worth, the RFM page also what they bought. */
export function GroupsPanel({ title, groups, shareName, asOf, currency, detailed }: Props) {
  const t = useT();
  const fmt = useFmt();
  const r = t.value.rfm;
  const noForecast = t.value.distribution.tooLittleTitle;
  const largest = Math.max(...groups.map((group) => group.share ?? 0), 0.0001);
  const file = () => ({
    name: 'groups.csv',
    columns: [r.group, r.customers, ...(detailed ? [r.revenue] : []), r.lifetime, shareName],
    rows: groups.map((line) => [
      lookup(t.common.groups, line.group),
      line.customers,
      ...(line.revenue ? [moneyMajor(line.revenue)] : []),
      line.lifetime ? moneyMajor(line.lifetime) : '',
      line.share ?? '',
    ]),
    asOf,
    currency,
  });
  const amount = (header: string, sort: string, of: (line: GroupLine) => Money | null): RowColumn<GroupLine> => ({
    key: sort,
    header,
    numeric: true,
    render: (line) =>
      of(line) ? (
        <Link to="/customers" search={{ group: line.group, sort }}>
          <MoneyCompact value={of(line)} />
        </Link>
      ) : (
        <MoneyCompact value={null} reason={noForecast} />
      ),
  });
  const columns: RowColumn<GroupLine>[] = [
    {
      key: 'group',
      header: r.group,
      render: ({ group, share }) => (
        <>
          {lookup(t.common.groups, group)}
          {detailed && <span className={css.advice}>{lookup(r.advice, group)}</span>}
          <Meter ratio={(share ?? 0) / largest} />
        </>
      ),
    },
    {
      key: 'customers',
      header: r.customers,
      numeric: true,
      render: ({ group, customers }) => (
        <Link to="/customers" search={{ group }} data-count={customers}>
          {fmt.count(customers)}
        </Link>
      ),
    },
    ...(detailed ? [amount(r.revenue, 'revenue', (line) => line.revenue ?? null)] : []),
    amount(r.lifetime, 'lifetime_value', (line) => line.lifetime),
    {
      key: 'share',
      header: shareName,
      numeric: true,
      render: (line) => <Percent ratio={line.share} reason={line.lifetime ? t.value.noShare : noForecast} />,
    },
  ];
  return (
    <TablePanel
      title={title}
      explain={<Explain name={title} definition={t.value.groupsAbout} asOf={asOf} />}
      file={file}
      testId="groups"
      columns={columns}
      rows={groups}
      rowKey={(line) => line.group}
      rowTestId={(line) => `group-${line.group}`}
    />
  );
}
