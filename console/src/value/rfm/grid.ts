import type { Money, RfmReport } from '@/shared/api/types';
import type { CsvFile } from '@/shared/charts/csv';
import { moneyMajor } from '@/shared/fmt/money';
import type { Messages } from '@/shared/i18n';

export interface GridCell {
  r: number;
  f: number;
  customers: number;
  revenue: Money;
}

/** Sums the 125 cells over M, or takes the 25 of one M. */
export function gridCells(cells: RfmReport['cells'], monetary: number | null): Map<string, GridCell> {
  const grid = new Map<string, GridCell>();
  for (const cell of cells) {
    if (monetary !== null && cell.m !== monetary) continue;
    const key = `${cell.r}${cell.f}`;
    const sum = grid.get(key);
    if (sum) {
      sum.customers += cell.customers;
      sum.revenue = { ...sum.revenue, minor: sum.revenue.minor + cell.revenue.minor };
    } else grid.set(key, { r: cell.r, f: cell.f, customers: cell.customers, revenue: cell.revenue });
  }
  return grid;
}

/** Step 1–7 of the sequential scale; by root, because a few cells hold most of the people. */
export function heatStep(value: number, largest: number): number {
  if (value <= 0 || largest <= 0) return 0;
  return Math.min(7, 1 + Math.floor(Math.sqrt(value / largest) * 6.999));
}

/** What the grid shows, one cell a line, with both of its figures. */
export function gridFile(report: RfmReport, monetary: number | null, words: Messages['value']['rfm']): CsvFile {
  const cells = [...gridCells(report.cells, monetary).values()].sort((a, b) => b.r - a.r || b.f - a.f);
  return {
    name: monetary === null ? 'rfm.csv' : `rfm-m${monetary}.csv`,
    columns: ['R', 'F', 'M', words.measures.customers, words.measures.revenue],
    rows: cells.map((cell) => [
      cell.r,
      cell.f,
      monetary ?? words.allMonetary,
      cell.customers,
      moneyMajor(cell.revenue),
    ]),
    asOf: report.as_of,
    currency: report.currency,
  };
}
