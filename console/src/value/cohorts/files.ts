import type { CohortReport, RepeatRate } from '@/shared/api/types';
import type { CsvFile } from '@/shared/charts/csv';
import { addMonths } from '@/shared/fmt/date';
import { moneyMajor } from '@/shared/fmt/money';
import type { Messages } from '@/shared/i18n';

type Words = Messages['value']['cohorts'];

/** One cell of the triangle a line, with all of its measures. */
export function cohortFile(report: CohortReport, words: Words): CsvFile {
  const { measures } = words;
  return {
    name: 'cohorts.csv',
    columns: [
      words.cohort,
      words.size,
      words.monthOf,
      words.later,
      measures.customers,
      measures.rate,
      measures.revenue,
      words.incomplete,
    ],
    rows: report.rows.flatMap((row) =>
      row.cells.map((cell) => [
        row.cohort,
        row.size,
        addMonths(row.cohort, cell.month_index),
        cell.month_index,
        cell.customers,
        cell.customers / Math.max(1, row.size),
        moneyMajor(cell.revenue),
        cell.complete ? 0 : 1,
      ]),
    ),
    asOf: report.as_of,
    currency: report.currency,
  };
}

export function repeatFile(report: CohortReport, words: Words): CsvFile {
  const spans = ['30', '60', '90'].map(words.within);
  const cells = (rate: RepeatRate | null) => (rate?.observable ? [rate.rate, rate.observable] : ['', 0]);
  return {
    name: 'repeat-rates.csv',
    columns: [words.cohort, words.size, ...spans.flatMap((span) => [span, `${span}: ${words.observable}`])],
    rows: report.rows.map((row) => [
      row.cohort,
      row.size,
      ...cells(row.repeat_30),
      ...cells(row.repeat_60),
      ...cells(row.repeat_90),
    ]),
    asOf: report.as_of,
  };
}
