import { expect, it } from 'vitest';
import { rankFrom } from './lifetimeRank';

it('the best is first and at least as good as everybody', () => {
  expect(rankFrom(0, 3242)).toEqual({ rank: 1, total: 3242, atMost: 1 });
});

it('equal values share a rank', () => {
  // Ten have more, three have the same, seven less.
  expect(rankFrom(10, 10)).toEqual({ rank: 11, total: 20, atMost: 0.5 });
});
