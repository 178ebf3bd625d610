import type { Backtest } from '@/shared/api/types';
import type { CsvFile } from '@/shared/charts/csv';
import { lookup, type Messages } from '@/shared/i18n';

/** How far the predicted total is off, as a share of what happened. */
export function offBy(predicted: number, actual: number): number | null {
  return actual > 0 ? predicted / actual - 1 : null;
}

export function errorFile(backtest: Backtest, t: Messages): CsvFile {
  const b = t.value.backtest;
  return {
    name: 'backtest-errors.csv',
    columns: [b.model, b.actual, b.predicted, b.error, b.mae, b.rmse, b.correlation],
    rows: backtest.models.map((one) => [
      lookup(t.common.models, one.model),
      backtest.actual_total,
      one.predicted_total,
      offBy(one.predicted_total, backtest.actual_total) ?? '',
      one.mae,
      one.rmse,
      one.correlation ?? '',
    ]),
    asOf: backtest.until,
  };
}

export function classFile(backtest: Backtest, t: Messages): CsvFile {
  const b = t.value.backtest;
  const models = backtest.models.map((one) => one.model);
  return {
    name: 'backtest-classes.csv',
    columns: [
      b.class,
      b.customers,
      b.actualMean,
      ...models.map((model) => b.predictedMean(lookup(t.common.models, model))),
    ],
    rows: backtest.classes.map((one) => [
      one.x,
      one.customers,
      one.actual_mean,
      ...models.map((model) => one.predicted_mean[model] ?? ''),
    ]),
    asOf: backtest.until,
  };
}
