import { Link } from '@tanstack/react-router';
import type { Day, Money, RfmGroup } from '@/shared/api/types';
import { Meter } from '@/shared/charts/Bars';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { MoneyCompact, Percent } from '@/shared/ui/Values';
import css from './groups.module.css';

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
  const r = t.value.rfm;
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
  return (
    <Panel
      title={title}
      explain={<Explain name={title} definition={t.home.definitions.groups} asOf={asOf} />}
      actions={<DownloadCsv title={title} file={file} />}
      testId="groups"
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={css.scroll} tabIndex={0} aria-label={title}>
        <table className={css.groups}>
          <thead>
            <tr>
              <th scope="col">{r.group}</th>
              <th scope="col">{r.customers}</th>
              {detailed && <th scope="col">{r.revenue}</th>}
              <th scope="col">{r.lifetime}</th>
              <th scope="col">{shareName}</th>
            </tr>
          </thead>
          <tbody>
            {groups.map((line) => (
              <GroupRow key={line.group} line={line} largest={largest} detailed={detailed} />
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}

function GroupRow({ line, largest, detailed }: { line: GroupLine; largest: number; detailed?: boolean }) {
  const t = useT();
  const fmt = useFmt();
  const { group } = line;
  const noForecast = t.value.distribution.tooLittleTitle;
  return (
    <tr data-testid={`group-${group}`}>
      <th scope="row">
        {lookup(t.common.groups, group)}
        {detailed && <span className={css.advice}>{lookup(t.value.rfm.advice, group)}</span>}
        <Meter ratio={(line.share ?? 0) / largest} />
      </th>
      <td>
        <Link to="/customers" search={{ group }} data-count={line.customers}>
          {fmt.count(line.customers)}
        </Link>
      </td>
      {line.revenue && (
        <td>
          <Link to="/customers" search={{ group, sort: 'revenue' }}>
            <MoneyCompact value={line.revenue} />
          </Link>
        </td>
      )}
      <td>
        {line.lifetime ? (
          <Link to="/customers" search={{ group, sort: 'lifetime_value' }}>
            <MoneyCompact value={line.lifetime} />
          </Link>
        ) : (
          <MoneyCompact value={null} reason={noForecast} />
        )}
      </td>
      <td>
        <Percent ratio={line.share} reason={line.lifetime ? t.value.noShare : noForecast} />
      </td>
    </tr>
  );
}
