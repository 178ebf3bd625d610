import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Search } from '@/app/search';
import type { RfmReport } from '@/shared/api/types';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { rfmQuery } from '../api';
import { GroupsPanel } from '../GroupsPanel';
import { noValueRun } from '../NoValueRun';
import css from '../value.module.css';
import { gridFile } from './grid';
import { type GridMeasure, RfmGrid } from './RfmGrid';

export function RfmTab() {
  const t = useT();
  const query = useQuery(rfmQuery);
  return (
    <QueryView query={query} loading={<LoadingBlock lines={2} height={260} />} onError={noValueRun}>
      {(report) => (
        <div className={css.two}>
          <GridPanel report={report} />
          <GroupsPanel
            detailed
            title={t.value.rfm.groups}
            groups={report.groups.map((group) => ({ ...group, share: group.share_of_revenue }))}
            shareName={t.value.shareOfRevenue}
            asOf={report.as_of}
            currency={report.currency}
          />
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
          <DownloadCsv title={r.grid} file={() => gridFile(report, monetary, r)} />
        </>
      }
    >
      <RfmGrid report={report} monetary={monetary} measure={measure} />
    </Panel>
  );
}
