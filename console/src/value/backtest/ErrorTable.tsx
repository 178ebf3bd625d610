import type { Backtest } from '@/shared/api/types';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Panel } from '@/shared/ui/Panel';
import { Missing } from '@/shared/ui/Values';
import css from '../value.module.css';
import { errorFile, offBy } from './files';

export function ErrorTable({ backtest }: { backtest: Backtest }) {
  const t = useT();
  const fmt = useFmt();
  const b = t.value.backtest;
  return (
    <Panel
      title={b.table}
      actions={<DownloadCsv title={b.table} file={() => errorFile(backtest, t)} />}
      testId="backtest-errors"
    >
      <p className={css.sentence}>{b.total(fmt.count(backtest.actual_total))}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={css.scroll} tabIndex={0} aria-label={b.table}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{b.model}</th>
              <th scope="col" className={css.num}>
                {b.predicted}
              </th>
              <th scope="col" className={css.num}>
                {b.error}
              </th>
              <th scope="col" className={css.num}>
                {b.mae}
              </th>
              <th scope="col" className={css.num}>
                {b.rmse}
              </th>
              <th scope="col" className={css.num}>
                {b.correlation}
              </th>
            </tr>
          </thead>
          <tbody>
            {backtest.models.map((model) => {
              const off = offBy(model.predicted_total, backtest.actual_total);
              return (
                <tr key={model.model}>
                  <th scope="row">
                    {lookup(t.common.models, model.model)}{' '}
                    {model.model === backtest.chosen && <Chip tone="primary">{b.chosen}</Chip>}
                  </th>
                  <td className={css.num}>{fmt.decimal(model.predicted_total, 1)}</td>
                  <td className={css.num}>{off === null ? <Missing /> : (off > 0 ? '+' : '') + fmt.percent(off)}</td>
                  <td className={css.num}>{fmt.decimal(model.mae, 3)}</td>
                  <td className={css.num}>{fmt.decimal(model.rmse, 3)}</td>
                  <td className={css.num}>
                    {model.correlation === null ? <Missing /> : fmt.decimal(model.correlation, 3)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}
