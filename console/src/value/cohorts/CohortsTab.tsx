import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { CohortReport } from '@/shared/api/types';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { addMonths } from '@/shared/fmt/date';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { ScrollRegion } from '@/shared/ui/ScrollRegion';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { type CohortMeasure, cohortsQuery } from '../api';
import { noValueRun } from '../NoValueRun';
import { OldValuesNote } from '../OldValuesNote';
import { useOldValues, valuedCustomers } from '../oldValues';
import { heatStep } from '../rfm/grid';
import css from '../value.module.css';
import { cohortFile } from './files';
import { cellSearch, cohortSearch } from './links';
import { RepeatPanel } from './RepeatPanel';

const MEASURES: CohortMeasure[] = ['customers', 'rate', 'revenue'];

export function CohortsTab() {
  const query = useQuery(cohortsQuery);
  return (
    <QueryView query={query} loading={<LoadingBlock lines={8} height={40} />} onError={noValueRun}>
      {(report) => <Cohorts report={report} />}
    </QueryView>
  );
}

/** Each customer that the run has valued is in one of the cohorts. */
function Cohorts({ report }: { report: CohortReport }) {
  const all = report.rows.reduce((sum, row) => sum + row.size, 0);
  const valued = useOldValues() ? valuedCustomers(all) : {};
  return (
    <div className={css.stack}>
      <OldValuesNote asOf={report.as_of} />
      <CohortPanel report={report} valued={valued} />
      <RepeatPanel report={report} valued={valued} />
    </div>
  );
}

interface Props {
  report: CohortReport;
  /** Narrows a list to who was valued, where that is not everybody. */
  valued: Record<string, string>;
}

function CohortPanel({ report, valued }: Props) {
  const t = useT();
  const c = t.value.cohorts;
  const [measure, setMeasure] = useState<CohortMeasure>('customers');
  return (
    <Panel
      title={c.title}
      explain={<Explain name={c.title} definition={c.definition} asOf={report.as_of} />}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={c.measure}
            value={measure}
            onChange={(next) => setMeasure(next as CohortMeasure)}
            data={MEASURES.map((value) => ({ value, label: c.measures[value] }))}
          />
          <DownloadCsv title={c.title} file={() => cohortFile(report, c)} />
        </>
      }
    >
      <CohortTable report={report} valued={valued} measure={measure} />
    </Panel>
  );
}

function CohortTable({ report, valued, measure }: Props & { measure: CohortMeasure }) {
  const t = useT();
  const fmt = useFmt();
  const c = t.value.cohorts;
  const columns = Math.max(0, ...report.rows.map((row) => row.cells.length));
  type Row = CohortReport['rows'][number];
  const sizeOf = (row: Row, cell: Row['cells'][number]) =>
    measure === 'rate'
      ? cell.customers / Math.max(1, row.size)
      : measure === 'customers'
        ? cell.customers
        : cell.revenue.minor;
  // The first month holds everybody, so it would wash out all others: it is not part of the scale.
  const largest = Math.max(
    0,
    ...report.rows.flatMap((row) => row.cells.filter((cell) => cell.month_index > 0).map((cell) => sizeOf(row, cell))),
  );
  const textOf = (row: Row, cell: Row['cells'][number]) =>
    measure === 'rate'
      ? fmt.percent(cell.customers / Math.max(1, row.size))
      : measure === 'customers'
        ? fmt.count(cell.customers)
        : fmt.moneyShort(cell.revenue);
  return (
    <ScrollRegion label={c.title} className={css.scroll}>
      <table className={css.cohorts} data-testid="cohorts">
        <thead>
          <tr>
            <th scope="col">{c.cohort}</th>
            <th scope="col" className={css.num}>
              {c.size}
            </th>
            {Array.from({ length: columns }, (_, index) => (
              <th key={`month ${String(index)}`} scope="col" className={css.num}>
                {c.month(String(index))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.rows.map((row) => (
            <tr key={row.cohort}>
              <th scope="row">{row.cohort}</th>
              <td className={css.num}>
                <Link
                  to="/customers"
                  search={cohortSearch(row.cohort, valued)}
                  data-testid={`cohort-${row.cohort}`}
                  data-count={row.size}
                >
                  {fmt.count(row.size)}
                </Link>
              </td>
              {row.cells.map((cell) => {
                const month = addMonths(row.cohort, cell.month_index);
                const search = cellSearch(row.cohort, cell.month_index, valued);
                const said = c.cell(
                  row.cohort,
                  month,
                  t.common.people(fmt.count(cell.customers)) + (cell.complete ? '' : ` (${c.incomplete})`),
                );
                const look = {
                  className: css.heat,
                  'data-step': cell.month_index === 0 ? 0 : heatStep(sizeOf(row, cell), largest),
                  'data-incomplete': cell.complete ? undefined : '',
                  'data-testid': `cohort-${row.cohort}-${cell.month_index}`,
                };
                const text = (
                  <>
                    <span>{textOf(row, cell)}</span>
                    {!cell.complete && <span className="visually-hidden"> ({c.incomplete})</span>}
                  </>
                );
                return (
                  <td key={cell.month_index}>
                    {search ? (
                      <Link
                        to="/customers"
                        search={search}
                        preload={false}
                        data-count={cell.customers}
                        title={said}
                        {...look}
                      >
                        {text}
                      </Link>
                    ) : (
                      <span title={`${said}. ${c.beyondList}`} {...look}>
                        {text}
                      </span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
