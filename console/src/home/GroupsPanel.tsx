import { Link } from '@tanstack/react-router';
import type { Day, Overview } from '@/shared/api/types';
import { Meter } from '@/shared/charts/Bars';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { MoneyCompact, Percent } from '@/shared/ui/Values';
import css from './home.module.css';

export function GroupsPanel({ groups, asOf }: { groups: Overview['groups']; asOf: Day | null }) {
  const t = useT();
  const fmt = useFmt();
  const h = t.home.groupsHeader;
  const largest = Math.max(...groups.map((group) => group.share ?? 0), 0.0001);
  return (
    <Panel
      title={t.home.groups}
      explain={<Explain name={t.home.groups} definition={t.home.definitions.groups} asOf={asOf} />}
      testId="groups"
    >
      <table className={css.groups}>
        <thead>
          <tr>
            <th scope="col">{h.group}</th>
            <th scope="col" className="num">
              {h.customers}
            </th>
            <th scope="col" className="num">
              {h.lifetime}
            </th>
            <th scope="col" className="num">
              {h.share}
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.group} data-testid={`group-${group.group}`}>
              <th scope="row">
                {lookup(t.common.groups, group.group)}
                <Meter ratio={(group.share ?? 0) / largest} />
              </th>
              <td className="num">
                <Link to="/customers" search={{ group: group.group }} data-count={group.customers}>
                  {fmt.count(group.customers)}
                </Link>
              </td>
              <td className="num">
                <Link to="/customers" search={{ group: group.group, sort: 'lifetime_value' }}>
                  <MoneyCompact value={group.lifetime} />
                </Link>
              </td>
              <td className="num">
                <Percent ratio={group.share} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
