import { clockIn } from '@/shared/fmt/date';
import type { CodeHour } from './types';

export interface MatrixRow {
  /** Null: nobody said. */
  region: string | null;
  /** Scans of each column. */
  cells: number[];
  scans: number;
}

export interface Matrix {
  /** Hours of the day as the brand's clock shows their beginning, such as `09:00`; those between the first and the last. */
  hours: string[];
  rows: MatrixRow[];
  /** Of each column. */
  totals: number[];
  scans: number;
  largest: number;
}

/**
 * Region by hour of the day, over all days of the period. The server counts hours of UTC: where the brand's clock is half an
 * hour beside them, so are the columns. The region with most scans comes first, what nobody said last.
 */
export function matrixOf(items: CodeHour[], timeZone: string): Matrix {
  const regions = new Map<string | null, Map<string, number>>();
  for (const { region, hour, scans } of items) {
    const clock = clockIn(timeZone, hour);
    const column = `${clock.hour}:${clock.minute}`;
    const cells = regions.get(region) ?? new Map<string, number>();
    regions.set(region, cells.set(column, (cells.get(column) ?? 0) + scans));
  }
  const hours = between([...regions.values()].flatMap((cells) => [...cells.keys()]));
  const rows = [...regions].map(([region, found]): MatrixRow => {
    const cells = hours.map((hour) => found.get(hour) ?? 0);
    return { region, cells, scans: sum(cells) };
  });
  const rank = ({ region }: MatrixRow) => (region === null ? 1 : 0);
  rows.sort(
    (one, other) =>
      rank(one) - rank(other) || other.scans - one.scans || String(one.region).localeCompare(String(other.region)),
  );
  const totals = hours.map((_, index) => sum(rows.map(({ cells }) => cells[index] ?? 0)));
  return { hours, rows, totals, scans: sum(totals), largest: Math.max(0, ...rows.flatMap(({ cells }) => cells)) };
}

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);

/** Every hour from the first to the last that occurs; a zone of half hours has its own minutes. */
function between(found: string[]): string[] {
  if (found.length === 0) return [];
  const minutes = [...new Set(found.map((one) => one.slice(3)))].sort();
  const numbers = found.map((one) => Number(one.slice(0, 2)));
  const hours: string[] = [];
  for (let hour = Math.min(...numbers); hour <= Math.max(...numbers); hour += 1)
    for (const minute of minutes) hours.push(`${String(hour).padStart(2, '0')}:${minute}`);
  return hours;
}
