import { expect, it } from 'vitest';
import { pairsOf } from './pairs';

it('adds up the regions that lie in both of a pair', () => {
  const sizes = [
    { code: 'a', name: 'A', count: 10 },
    { code: 'b', name: 'B', count: 20 },
    { code: 'c', name: 'C', count: 0 },
  ];
  const regions = [
    { in: ['a'], count: 5 },
    { in: ['a', 'b'], count: 3 },
    { in: ['a', 'b', 'c'], count: 2 },
  ];
  expect(pairsOf({ sizes, regions })).toEqual([
    { one: 'a', other: 'b', both: 5, ofOne: 0.5, ofOther: 0.25 },
    { one: 'a', other: 'c', both: 2, ofOne: 0.2, ofOther: 0 },
    { one: 'b', other: 'c', both: 2, ofOne: 0.1, ofOther: 0 },
  ]);
});
