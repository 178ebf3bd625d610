import { useQuery } from '@tanstack/react-query';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { type Fmt, useFmt } from '@/shared/fmt';
import { type Messages, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { ScrollRegion } from '@/shared/ui/ScrollRegion';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { heatStep } from '@/value/rfm/grid';
import { hoursQuery } from './api';
import css from './codes.module.css';
import { type Matrix, matrixOf } from './matrix';
import { usePeriod } from './period';

/** Where and at which hours a code is scanned. Rows and columns add up to its scans. */
export function MatrixPanel({ id }: { id: string }) {
  const t = useT();
  const fmt = useFmt();
  const m = t.codes.matrix;
  const query = useQuery(hoursQuery(id, usePeriod()));
  const matrix = query.data && matrixOf(query.data.items, fmt.timeZone);
  const unknown = matrix?.rows.find(({ region }) => region === null)?.scans ?? 0;
  return (
    <Panel
      title={m.title}
      testId="code-matrix"
      explain={<Explain name={m.title} definition={`${m.about} ${m.unknownAbout}`} />}
      actions={
        matrix &&
        matrix.scans > 0 && (
          <>
            <span className="muted" data-testid="unknown-share">
              {m.share(fmt.percent(unknown / matrix.scans))}
            </span>
            <DownloadCsv title={m.title} file={() => matrixFile(matrix, m)} />
          </>
        )
      }
    >
      <QueryView query={query} quiet loading={<LoadingBlock lines={4} height={32} />}>
        {() =>
          matrix && matrix.scans > 0 ? <Table matrix={matrix} m={m} fmt={fmt} /> : <p className="muted">{m.empty}</p>
        }
      </QueryView>
    </Panel>
  );
}

type Words = Messages['codes']['matrix'];

function matrixFile({ hours, rows }: Matrix, m: Words) {
  return {
    name: 'regions-by-hour.csv',
    columns: [m.region, ...hours, m.total],
    rows: rows.map(({ region, cells, scans }) => [region ?? m.unknown, ...cells, scans]),
  };
}

function Table({ matrix, m, fmt }: { matrix: Matrix; m: Words; fmt: Fmt }) {
  return (
    <ScrollRegion label={m.title} className={css.scroll}>
      <table className={css.matrix} data-testid="matrix">
        <thead>
          <tr>
            <th scope="col">{m.region}</th>
            {matrix.hours.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
            <th scope="col">{m.total}</th>
          </tr>
        </thead>
        <tbody>
          {matrix.rows.map(({ region, cells, scans }) => (
            <tr key={region ?? ''} data-region={region ?? ''}>
              <th scope="row" translate={region === null ? undefined : 'no'}>
                {region ?? m.unknown}
              </th>
              {cells.map((count, index) => {
                const hour = matrix.hours[index] as string;
                return (
                  <td
                    key={hour}
                    data-step={heatStep(count, matrix.largest)}
                    title={m.cell(region ?? m.unknown, hour, fmt.count(count))}
                  >
                    {fmt.count(count)}
                  </td>
                );
              })}
              <td className={css.total}>{fmt.count(scans)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{m.total}</th>
            {matrix.totals.map((total, index) => (
              <td key={matrix.hours[index]} className={css.total}>
                {fmt.count(total)}
              </td>
            ))}
            <td className={css.total} data-testid="matrix-total">
              {fmt.count(matrix.scans)}
            </td>
          </tr>
        </tbody>
      </table>
    </ScrollRegion>
  );
}
