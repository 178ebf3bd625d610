import type { Backtest } from '@/shared/api/types';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { Missing } from '@/shared/ui/Values';
import css from '../value.module.css';
import { classFile } from './files';

export function ClassTable({ backtest }: { backtest: Backtest }) {
  const t = useT();
  const fmt = useFmt();
  const b = t.value.backtest;
  const models = backtest.models.map((model) => model.model);
  return (
    <Panel
      title={b.classes}
      explain={<Explain name={b.classes} definition={b.classesDefinition} asOf={backtest.until} />}
      actions={<DownloadCsv title={b.classes} file={() => classFile(backtest, t)} />}
      testId="backtest-classes"
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={css.scroll} tabIndex={0} aria-label={b.classes}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{b.class}</th>
              <th scope="col" className={css.num}>
                {b.customers}
              </th>
              <th scope="col" className={css.num}>
                {b.actualMean}
              </th>
              {models.map((model) => (
                <th key={model} scope="col" className={css.num}>
                  {b.predictedMean(lookup(t.common.models, model))}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {backtest.classes.map((one) => (
              <tr key={one.x}>
                <th scope="row">{one.x}</th>
                <td className={css.num}>{fmt.count(one.customers)}</td>
                <td className={css.num}>{fmt.decimal(one.actual_mean)}</td>
                {models.map((model) => (
                  <td key={model} className={css.num}>
                    {one.predicted_mean[model] === undefined ? <Missing /> : fmt.decimal(one.predicted_mean[model])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}
