import { Link } from '@tanstack/react-router';
import type { Money, RfmReport } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { ScrollRegion } from '@/shared/ui/ScrollRegion';
import { valuedCustomers } from '../oldValues';
import css from '../value.module.css';
import { gridCells, heatStep } from './grid';

export type GridMeasure = 'customers' | 'revenue';

const SCORES = [5, 4, 3, 2, 1];

interface Props {
  report: RfmReport;
  monetary: number | null;
  measure: GridMeasure;
}

/** A real table: rows R, columns F; each cell leads to exactly the people it counts. */
export function RfmGrid({ report, monetary, measure }: Props) {
  const t = useT();
  const fmt = useFmt();
  const r = t.value.rfm;
  const grid = gridCells(report.cells, monetary);
  const sizeOf = (key: string) => {
    const cell = grid.get(key);
    return cell ? (measure === 'customers' ? cell.customers : cell.revenue.minor) : 0;
  };
  const largest = Math.max(1, ...[...grid.keys()].map(sizeOf));
  const zero: Money = {
    minor: 0,
    currency: report.currency ?? 'XXX',
    exponent: report.cells[0]?.revenue.exponent ?? 2,
  };
  const textOf = (customers: number, revenue: Money) =>
    measure === 'customers' ? fmt.count(customers) : fmt.moneyShort(revenue);
  const searchOf = (score: Record<string, number>): Record<string, string> => ({
    ...Object.fromEntries(Object.entries(score).map(([key, value]) => [key, String(value)])),
    ...(monetary === null ? {} : { m: String(monetary) }),
  });
  const total = (keys: string[]) =>
    keys.reduce(
      (sum, key) => {
        const cell = grid.get(key);
        return cell ? { customers: sum.customers + cell.customers, minor: sum.minor + cell.revenue.minor } : sum;
      },
      { customers: 0, minor: 0 },
    );
  const all = total([...grid.keys()]);
  return (
    <ScrollRegion label={r.grid} className={css.scroll}>
      <table className={css.grid} data-testid="rfm-grid">
        <caption className={css.gridCaption}>
          {r.recency} ↓ · {r.frequency} →
        </caption>
        <thead>
          <tr>
            <td />
            {SCORES.map((f) => (
              <th key={f} scope="col">
                F {f}
                {f === 5 && <span className={css.edge}> {r.best}</span>}
                {f === 1 && <span className={css.edge}> {r.worst}</span>}
              </th>
            ))}
            <th scope="col">{r.rowTotal}</th>
          </tr>
        </thead>
        <tbody>
          {SCORES.map((score) => {
            const row = total(SCORES.map((f) => `${score}${f}`));
            return (
              <tr key={score}>
                <th scope="row">R {score}</th>
                {SCORES.map((f) => {
                  const key = `${score}${f}`;
                  const cell = grid.get(key) ?? { customers: 0, revenue: zero };
                  return (
                    <td key={f}>
                      <Link
                        to="/customers"
                        search={searchOf({ r: score, f })}
                        preload={false}
                        className={css.heat}
                        data-step={heatStep(sizeOf(key), largest)}
                        data-testid={`rfm-${score}${f}`}
                        data-count={cell.customers}
                        title={r.cell(String(score), String(f), fmt.count(cell.customers))}
                      >
                        {textOf(cell.customers, cell.revenue)}
                      </Link>
                    </td>
                  );
                })}
                <td className={css.gridTotal}>
                  <Link to="/customers" search={searchOf({ r: score })} data-count={row.customers}>
                    {textOf(row.customers, { ...zero, minor: row.minor })}
                  </Link>
                </td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{r.rowTotal}</th>
            {SCORES.map((f) => {
              const column = total(SCORES.map((score) => `${score}${f}`));
              return (
                <td key={f} className={css.gridTotal}>
                  <Link to="/customers" search={searchOf({ f })} data-count={column.customers}>
                    {textOf(column.customers, { ...zero, minor: column.minor })}
                  </Link>
                </td>
              );
            })}
            <td className={css.gridTotal}>
              <Link
                to="/customers"
                search={monetary === null ? valuedCustomers(report.buyers) : { m: String(monetary) }}
                data-testid="rfm-all"
                data-count={all.customers}
              >
                {textOf(all.customers, { ...zero, minor: all.minor })}
              </Link>
            </td>
          </tr>
        </tfoot>
      </table>
    </ScrollRegion>
  );
}
