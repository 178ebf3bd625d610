import { expect, it } from 'vitest';
import { cellAt, stepOf } from './behaviour';

it('finds what happened at a weekday and time', () => {
  const cells = [{ weekday: 'monday', slot: 'night', weeks: 3, facts: 5 }];
  expect(cellAt(cells, 'monday', 'night')?.facts).toBe(5);
  expect(cellAt(cells, 'monday', 'morning')).toBeUndefined();
});

it('a cell is the darker, the more weeks had anything', () => {
  expect([0, 1, 5, 10].map((weeks) => stepOf(weeks, 10))).toEqual([0, 1, 4, 7]);
  expect(stepOf(1, 0)).toBe(0);
});
