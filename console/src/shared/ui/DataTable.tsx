import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconSelector } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ScrollRegion } from './ScrollRegion';
import css from './table.module.css';

export interface Column<T> {
  key: string;
  header: string;
  render: (row: T) => ReactNode;
  sortKey?: string;
  numeric?: boolean;
  /** Cannot be hidden; the first such column stays in view while scrolling sideways. */
  always?: boolean;
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  sort?: { key: string; order: 'asc' | 'desc' };
  onSort?: (key: string, order: 'asc' | 'desc') => void;
  compact?: boolean;
  tall?: boolean;
}

/** Server-paged list: head and first column stay in view, the region scrolls by keyboard. */
export function DataTable<T>({ label, columns, rows, rowKey, sort, onSort, compact, tall }: Props<T>) {
  return (
    <ScrollRegion label={label} className={css.scroll} data-tall={tall || undefined}>
      <table className={css.table} data-compact={compact || undefined}>
        <thead>
          <tr>
            {columns.map((column) => {
              const sorted = sort && column.sortKey === sort.key ? sort.order : null;
              const ariaSort = sorted === null ? undefined : sorted === 'asc' ? 'ascending' : 'descending';
              return (
                <th
                  key={column.key}
                  scope="col"
                  className={column.numeric ? css.numeric : undefined}
                  aria-sort={ariaSort}
                >
                  {column.sortKey && onSort ? (
                    <UnstyledButton
                      className={css.sort}
                      onClick={() => onSort(column.sortKey as string, sorted === 'desc' ? 'asc' : 'desc')}
                    >
                      {column.header}
                      {sorted === 'asc' ? (
                        <IconArrowUp size={14} />
                      ) : sorted === 'desc' ? (
                        <IconArrowDown size={14} />
                      ) : (
                        <IconSelector size={14} className={css.unsorted} />
                      )}
                    </UnstyledButton>
                  ) : (
                    column.header
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.key} scope="row">
                    {column.render(row)}
                  </th>
                ) : (
                  <td key={column.key} className={column.numeric ? css.numeric : undefined}>
                    {column.render(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
