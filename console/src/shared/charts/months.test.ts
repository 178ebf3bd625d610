import { expect, it } from 'vitest';
import { fillMonths } from './months';

const empty = (month: string) => ({ month, orders: 0 });

it('months without records are zeros, not gaps, also over the end of a year', () => {
  const filled = fillMonths(
    [
      { month: '2010-11', orders: 4 },
      { month: '2011-02', orders: 7 },
    ],
    empty,
  );
  expect(filled).toEqual([
    { month: '2010-11', orders: 4 },
    { month: '2010-12', orders: 0 },
    { month: '2011-01', orders: 0 },
    { month: '2011-02', orders: 7 },
  ]);
});

it('nothing stays nothing', () => {
  expect(fillMonths([], empty)).toEqual([]);
});
