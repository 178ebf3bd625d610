import { describe, expect, it } from 'vitest';
import { type Change, differenceOf } from './difference';

const without = (kind: Change['kind'], changes: Change[]) =>
  changes
    .filter((one) => one.kind !== kind)
    .map(({ text }) => text)
    .join('');

describe('the difference of two rules', () => {
  it('is told word by word', () => {
    expect(differenceOf('never orders in last 30 days', 'never anything in last 60 days')).toEqual([
      { kind: 'same', text: 'never ' },
      { kind: 'removed', text: 'orders' },
      { kind: 'added', text: 'anything' },
      { kind: 'same', text: ' in last ' },
      { kind: 'removed', text: '30' },
      { kind: 'added', text: '60' },
      { kind: 'same', text: ' days' },
    ]);
  });

  it('takes a quoted text as a whole', () => {
    expect(differenceOf('city is "new york"', 'city is "new delhi"')).toEqual([
      { kind: 'same', text: 'city is ' },
      { kind: 'removed', text: '"new york"' },
      { kind: 'added', text: '"new delhi"' },
    ]);
  });

  it('is nothing between equal texts, and all against none', () => {
    expect(differenceOf('reachable', 'reachable')).toEqual([{ kind: 'same', text: 'reachable' }]);
    expect(differenceOf('', '')).toEqual([]);
    expect(differenceOf('', 'reachable')).toEqual([{ kind: 'added', text: 'reachable' }]);
  });

  it('gives both texts back, of whatever length', () => {
    const long = (seed: number, count: number) =>
      Array.from({ length: count }, (_, place) => `w${(place * seed) % 7}`).join(' and ');
    for (const [before, after] of [
      [long(3, 40), long(5, 60)],
      [long(3, 1500), long(5, 1400)],
      ['a and b', 'b and a'],
    ] as const) {
      const changes = differenceOf(before, after);
      expect(without('added', changes)).toBe(before);
      expect(without('removed', changes)).toBe(after);
    }
  });
});
