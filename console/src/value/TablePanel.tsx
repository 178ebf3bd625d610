import type { ReactNode } from 'react';
import type { CsvFile } from '@/shared/charts/csv';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { Panel } from '@/shared/ui/Panel';
import { type RowColumn, RowTable } from '@/shared/ui/PlainTable';
import css from './value.module.css';

interface Props<T> {
  title: string;
  explain?: ReactNode;
  /** What the table shows, as a file. */
  file: () => CsvFile;
  columns: RowColumn<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  rowTestId?: (row: T) => string;
  testId: string;
  /** A sentence above the table. */
  children?: ReactNode;
}

/** A table of figures in a panel of its own, which can be taken along as a file. */
export function TablePanel<T>({ title, explain, file, testId, children, ...table }: Props<T>) {
  return (
    <Panel title={title} explain={explain} actions={<DownloadCsv title={title} file={file} />} testId={testId}>
      {children}
      <RowTable label={title} className={css.figures} {...table} />
    </Panel>
  );
}
