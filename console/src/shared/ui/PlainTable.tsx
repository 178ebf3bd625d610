import type { ReactNode } from 'react';
import type { Column } from './DataTable';
import css from './plainTable.module.css';
import { ScrollRegion } from './ScrollRegion';

interface Props {
  label: string;
  testId?: string;
  className?: string;
  children: ReactNode;
}

/** A short table inside a panel: no sorting, no fixed parts, scrolls sideways by keyboard. Figures take `num`. */
export function PlainTable({ label, testId, className, children }: Props) {
  return (
    <ScrollRegion label={label} className={css.scroll}>
      <table className={className ? `${css.table} ${className}` : css.table} data-testid={testId}>
        {children}
      </table>
    </ScrollRegion>
  );
}

export type RowColumn<T> = Pick<Column<T>, 'key' | 'header' | 'numeric'> & {
  render: (row: T, index: number) => ReactNode;
};

interface RowProps<T> extends Omit<Props, 'children'> {
  columns: RowColumn<T>[];
  rows: T[];
  rowKey: (row: T, index: number) => string;
  rowTestId?: (row: T) => string;
}

/** A plain table whose rows are all alike. The first column names the row. */
export function RowTable<T>({ columns, rows, rowKey, rowTestId, ...table }: RowProps<T>) {
  return (
    <PlainTable {...table}>
      <thead>
        <tr>
          {columns.map(({ key, header, numeric }) => (
            <th key={key} scope="col" className={numeric ? 'num' : undefined}>
              {header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={rowKey(row, index)} data-testid={rowTestId?.(row)}>
            {columns.map(({ key, numeric, render }, place) =>
              place === 0 ? (
                <th key={key} scope="row">
                  {render(row, index)}
                </th>
              ) : (
                <td key={key} className={numeric ? 'num' : undefined}>
                  {render(row, index)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </PlainTable>
  );
}
