import { Link } from '@tanstack/react-router';
import type { CohortReport, RepeatRate } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import type { RowColumn } from '@/shared/ui/PlainTable';
import { Missing } from '@/shared/ui/Values';
import { TablePanel } from '../TablePanel';
import css from '../value.module.css';
import { repeatFile } from './files';
import { cohortSearch } from './links';

type Row = CohortReport['rows'][number];

interface Props {
  report: CohortReport;
  /** Narrows a list to who was valued, where that is not everybody. */
  valued: Record<string, string>;
}

export function RepeatPanel({ report, valued }: Props) {
  const t = useT();
  const fmt = useFmt();
  const c = t.value.cohorts;
  const within = (days: '30' | '60' | '90'): RowColumn<Row> => ({
    key: days,
    header: c.within(days),
    numeric: true,
    render: (row) => <Rate rate={row[`repeat_${days}`]} />,
  });
  const columns: RowColumn<Row>[] = [
    { key: 'cohort', header: c.cohort, render: (row) => row.cohort },
    {
      key: 'size',
      header: c.size,
      numeric: true,
      render: (row) => (
        <Link to="/customers" search={cohortSearch(row.cohort, valued)}>
          {fmt.count(row.size)}
        </Link>
      ),
    },
    within('30'),
    within('60'),
    within('90'),
  ];
  return (
    <TablePanel
      title={c.repeat}
      explain={<Explain name={c.repeat} definition={c.repeatDefinition} asOf={report.as_of} />}
      file={() => repeatFile(report, c)}
      testId="repeat"
      columns={columns}
      rows={report.rows}
      rowKey={(row) => row.cohort}
    >
      {report.interval_median_days !== null && (
        <p className={css.sentence}>
          {c.interval(fmt.number(report.interval_median_days, 1))}
          <Explain name={c.intervalName} definition={c.intervalDefinition} asOf={report.as_of} />
        </p>
      )}
    </TablePanel>
  );
}

function Rate({ rate }: { rate: RepeatRate | null }) {
  const t = useT();
  const fmt = useFmt();
  const c = t.value.cohorts;
  if (!rate?.observable) return <Missing reason={c.notObservable} />;
  return (
    <>
      {fmt.percent(rate.rate)}
      <span className="muted">{c.ofObservable(fmt.count(rate.observable))}</span>
    </>
  );
}
