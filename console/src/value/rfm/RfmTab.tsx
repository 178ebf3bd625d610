import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Search } from '@/app/search';
import type { RfmReport } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { MoneyCompact, Percent } from '@/shared/ui/Values';
import { rfmQuery } from '../api';
import { noValueRun } from '../NoValueRun';
import css from '../value.module.css';
import { type GridMeasure, RfmGrid } from './RfmGrid';

export function RfmTab() {
  const query = useQuery(rfmQuery);
  return (
    <QueryView query={query} loading={<LoadingBlock lines={2} height={260} />} onError={noValueRun}>
      {(report) => (
        <div className={css.two}>
          <GridPanel report={report} />
          <GroupsPanel report={report} />
        </div>
      )}
    </QueryView>
  );
}

function GridPanel({ report }: { report: RfmReport }) {
  const t = useT();
  const fmt = useFmt();
  const r = t.value.rfm;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const [measure, setMeasure] = useState<GridMeasure>('customers');
  const monetary = /^[1-5]$/.test(search.m ?? '') ? Number(search.m) : null;
  const sample = report.cells[0]?.revenue;
  const cuts = report.cut_points;
  const join = (values: number[], show: (value: number) => string) => values.map(show).join(' / ');
  return (
    <Panel
      title={r.grid}
      explain={
        <Explain
          name={r.grid}
          asOf={report.as_of}
          definition={
            <>
              {r.definition}
              <br />
              {r.cutsR(join(cuts.r, (value) => fmt.number(value, 1)))}
              <br />
              {r.cutsF(join(cuts.f, (value) => fmt.number(value, 1)))}
              <br />
              {sample && r.cutsM(join(cuts.m, (value) => fmt.moneyCompact({ ...sample, minor: Math.round(value) })))}
            </>
          }
        />
      }
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={r.monetary}
            value={monetary === null ? '' : String(monetary)}
            onChange={(next) =>
              navigate({ to: '/value', search: { ...search, m: next }, replace: true, resetScroll: false })
            }
            data={[
              { value: '', label: r.allMonetary },
              ...['5', '4', '3', '2', '1'].map((value) => ({ value, label: `M ${value}` })),
            ]}
          />
          <SegmentedControl
            size="xs"
            aria-label={r.measure}
            value={measure}
            onChange={(next) => setMeasure(next as GridMeasure)}
            data={(['customers', 'revenue'] as const).map((value) => ({ value, label: r.measures[value] }))}
          />
        </>
      }
    >
      <RfmGrid report={report} monetary={monetary} measure={measure} />
    </Panel>
  );
}

function GroupsPanel({ report }: { report: RfmReport }) {
  const t = useT();
  const fmt = useFmt();
  const r = t.value.rfm;
  return (
    <Panel
      title={r.groups}
      explain={<Explain name={r.groups} definition={t.home.definitions.groups} asOf={report.as_of} />}
      testId="rfm-groups"
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={css.scroll} tabIndex={0} aria-label={r.groups}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{r.group}</th>
              <th scope="col" className={css.num}>
                {r.customers}
              </th>
              <th scope="col" className={css.num}>
                {r.revenue}
              </th>
              <th scope="col" className={css.num}>
                {r.lifetime}
              </th>
              <th scope="col" className={css.num}>
                {r.share}
              </th>
            </tr>
          </thead>
          <tbody>
            {report.groups.map((group) => (
              <tr key={group.group}>
                <th scope="row">
                  {lookup(t.common.groups, group.group)}
                  <span className={css.advice}>{lookup(r.advice, group.group)}</span>
                </th>
                <td className={css.num}>
                  <Link
                    to="/customers"
                    search={{ group: group.group }}
                    data-testid={`rfm-group-${group.group}`}
                    data-count={group.customers}
                  >
                    {fmt.count(group.customers)}
                  </Link>
                </td>
                <td className={css.num}>
                  <Link to="/customers" search={{ group: group.group, sort: 'revenue' }}>
                    <MoneyCompact value={group.revenue} />
                  </Link>
                </td>
                <td className={css.num}>
                  <Link to="/customers" search={{ group: group.group, sort: 'lifetime_value' }}>
                    <MoneyCompact value={group.lifetime} />
                  </Link>
                </td>
                <td className={css.num}>
                  <Percent ratio={group.share_of_revenue} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}
