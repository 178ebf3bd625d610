import { ActionIcon } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { Day } from '../api/types';
import { useT } from '../i18n';
import { Tip } from '../ui/overlay/Tip';
import { Panel } from '../ui/Panel';
import { RowTable } from '../ui/PlainTable';
import css from './charts.module.css';
import { DownloadCsv } from './DownloadCsv';

export interface ChartTable {
  columns: string[];
  /** What is shown; the same figures go to the CSV file as plain values. */
  rows: { cells: ReactNode[]; plain: (string | number)[] }[];
}

interface Props {
  title: string;
  explain?: ReactNode;
  actions?: ReactNode;
  table: ChartTable;
  fileName: string;
  /** Of the figures; the file says them too. */
  asOf?: Day | null;
  currency?: string | null;
  /** Above the chart, and above the table in its place. */
  note?: ReactNode;
  children: ReactNode;
  testId?: string;
}

/** Around every chart: its title, the same numbers as a table, and a CSV file of exactly what is shown. */
export function ChartFrame({
  title,
  explain,
  actions,
  table,
  fileName,
  asOf,
  currency,
  note,
  children,
  testId,
}: Props) {
  const t = useT();
  const [asTable, setAsTable] = useState(false);
  const toggleLabel = asTable ? t.common.showChart : t.common.showTable;
  const file = () => ({
    name: fileName,
    columns: table.columns,
    rows: table.rows.map((row) => row.plain),
    asOf,
    currency,
  });
  return (
    <Panel
      title={title}
      explain={explain}
      testId={testId}
      actions={
        <>
          {actions}
          <Tip label={toggleLabel}>
            <ActionIcon size={28} aria-label={`${title}: ${toggleLabel}`} onClick={() => setAsTable(!asTable)}>
              {asTable ? <IconChartBar size={16} /> : <IconTable size={16} />}
            </ActionIcon>
          </Tip>
          <DownloadCsv title={title} file={file} />
        </>
      }
    >
      {note && <div className={css.note}>{note}</div>}
      {asTable ? <TableOfChart title={title} table={table} /> : children}
    </Panel>
  );
}

function TableOfChart({ title, table }: { title: string; table: ChartTable }) {
  return (
    <div className={css.tableScroll}>
      <RowTable
        label={title}
        columns={table.columns.map((header, index) => ({
          key: header,
          header,
          numeric: index > 0,
          render: (row: ChartTable['rows'][number]) => row.cells[index],
        }))}
        rows={table.rows}
        rowKey={(row) => String(row.plain[0])}
      />
    </div>
  );
}
