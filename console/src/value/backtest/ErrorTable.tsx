import type { Backtest } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import type { RowColumn } from '@/shared/ui/PlainTable';
import { Missing } from '@/shared/ui/Values';
import { TablePanel } from '../TablePanel';
import css from '../value.module.css';
import { errorFile, offBy } from './files';

type Model = Backtest['models'][number];

export function ErrorTable({ backtest }: { backtest: Backtest }) {
  const t = useT();
  const fmt = useFmt();
  const b = t.value.backtest;
  const figure = (key: 'mae' | 'rmse' | 'correlation'): RowColumn<Model> => ({
    key,
    header: b[key],
    numeric: true,
    render: (model) => (model[key] === null ? <Missing /> : fmt.decimal(model[key], 3)),
  });
  const columns: RowColumn<Model>[] = [
    {
      key: 'model',
      header: b.model,
      render: ({ model }) => (
        <>
          {lookup(t.common.models, model)} {model === backtest.chosen && <Chip tone="primary">{b.chosen}</Chip>}
        </>
      ),
    },
    {
      key: 'predicted',
      header: b.predicted,
      numeric: true,
      render: (model) => fmt.decimal(model.predicted_total, 1),
    },
    {
      key: 'error',
      header: b.error,
      numeric: true,
      render: (model) => {
        const off = offBy(model.predicted_total, backtest.actual_total);
        return off === null ? <Missing /> : (off > 0 ? '+' : '') + fmt.percent(off);
      },
    },
    figure('mae'),
    figure('rmse'),
    figure('correlation'),
  ];
  return (
    <TablePanel
      title={b.table}
      file={() => errorFile(backtest, t)}
      testId="backtest-errors"
      columns={columns}
      rows={backtest.models}
      rowKey={(model) => model.model}
    >
      <p className={css.sentence}>{b.total(fmt.count(backtest.actual_total))}</p>
    </TablePanel>
  );
}
