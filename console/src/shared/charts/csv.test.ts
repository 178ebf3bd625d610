import { expect, it } from 'vitest';
import { csvText } from './csv';

const words = { asOf: 'As of', currency: 'Currency' };

it('a file names its currency and its day in every row', () => {
  const file = { name: 'x.csv', columns: ['R', 'Sales'], rows: [[5, 12.5]], asOf: '2011-12-09', currency: 'GBP' };
  expect(csvText(file, words)).toBe('R,Sales,Currency,As of\n5,12.5,GBP,2011-12-09\n');
});

it('counts have no currency', () => {
  expect(csvText({ name: 'x.csv', columns: ['R'], rows: [[5]], asOf: null, currency: null }, words)).toBe('R\n5\n');
});
