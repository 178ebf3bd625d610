import type { Backtest } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import type { RowColumn } from '@/shared/ui/PlainTable';
import { Missing } from '@/shared/ui/Values';
import { TablePanel } from '../TablePanel';
import { classFile } from './files';

type Class = Backtest['classes'][number];

export function ClassTable({ backtest }: { backtest: Backtest }) {
  const t = useT();
  const fmt = useFmt();
  const b = t.value.backtest;
  const columns: RowColumn<Class>[] = [
    { key: 'class', header: b.class, render: (one) => one.x },
    { key: 'customers', header: b.customers, numeric: true, render: (one) => fmt.count(one.customers) },
    { key: 'actual', header: b.actualMean, numeric: true, render: (one) => fmt.decimal(one.actual_mean) },
    ...backtest.models.map(
      ({ model }): RowColumn<Class> => ({
        key: model,
        header: b.predictedMean(lookup(t.common.models, model)),
        numeric: true,
        render: ({ predicted_mean: mean }) => (mean[model] === undefined ? <Missing /> : fmt.decimal(mean[model])),
      }),
    ),
  ];
  return (
    <TablePanel
      title={b.classes}
      explain={<Explain name={b.classes} definition={b.classesDefinition} asOf={backtest.until} />}
      file={() => classFile(backtest, t)}
      testId="backtest-classes"
      columns={columns}
      rows={backtest.classes}
      rowKey={(one) => String(one.x)}
    />
  );
}
