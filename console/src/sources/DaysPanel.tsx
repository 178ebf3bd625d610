import type { SourceDetail } from '@/shared/api/types';
import { Meter } from '@/shared/charts/Bars';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { filledDays } from './days';
import css from './sources.module.css';

type Row = SourceDetail['days'][number];

/** How much came on each of the last days, the newest first, with a bar beside what was accepted. */
export function DaysPanel({ detail }: { detail: SourceDetail }) {
  const t = useT();
  const fmt = useFmt();
  const { days: d, column: c } = t.sources;
  const days = filledDays(detail, new Date()).reverse();
  const most = Math.max(1, ...days.map(({ counts }) => counts.accepted));
  const columns: Column<Row>[] = [
    { key: 'day', header: d.day, render: ({ day }) => day },
    {
      key: 'accepted',
      header: c.accepted,
      render: ({ counts }) => (
        <span className={css.amount}>
          <span className={css.figure}>{fmt.count(counts.accepted)}</span>
          <Meter ratio={counts.accepted / most} />
        </span>
      ),
    },
    {
      key: 'duplicates',
      header: c.duplicates,
      numeric: true,
      render: ({ counts }) => fmt.count(counts.duplicates),
    },
    { key: 'refused', header: c.refused, numeric: true, render: ({ counts }) => fmt.count(counts.refused) },
  ];
  return (
    <Panel
      flush
      title={d.title}
      explain={<Explain name={d.title} definition={d.about} />}
      testId="source-days"
      className={css.days}
    >
      <DataTable label={d.title} columns={columns} rows={days} rowKey={({ day }) => day} compact tall />
    </Panel>
  );
}
