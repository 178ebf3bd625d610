import { expect, it } from 'vitest';
import type { CohortReport } from '@/shared/api/types';
import { en } from '@/shared/i18n/en';
import { cohortFile, repeatFile } from './files';

const revenue = (minor: number) => ({ minor, currency: 'GBP', exponent: 2 });
const report: CohortReport = {
  as_of: '2011-01-20',
  currency: 'GBP',
  months: ['2010-12', '2011-01'],
  rows: [
    {
      cohort: '2010-12',
      size: 4,
      cells: [
        { month_index: 0, customers: 4, revenue: revenue(1000), complete: true },
        { month_index: 1, customers: 1, revenue: revenue(250), complete: false },
      ],
      repeat_30: { rate: 0.5, observable: 2 },
      repeat_60: null,
      repeat_90: null,
    },
  ],
  interval_median_days: null,
};

it('every cell of the triangle is a line with all of its measures', () => {
  const file = cohortFile(report, en.value.cohorts);
  expect(file.rows).toEqual([
    ['2010-12', 4, '2010-12', 0, 4, 1, 10, 0],
    ['2010-12', 4, '2011-01', 1, 1, 0.25, 2.5, 1],
  ]);
  expect(file.columns).toHaveLength(8);
  expect([file.asOf, file.currency]).toEqual(['2011-01-20', 'GBP']);
});

it('a repeat rate says how many could be watched for so long, and is empty where nobody could', () => {
  const file = repeatFile(report, en.value.cohorts);
  expect(file.rows).toEqual([['2010-12', 4, 0.5, 2, '', 0, '', 0]]);
  expect(file.columns).toHaveLength(8);
});
