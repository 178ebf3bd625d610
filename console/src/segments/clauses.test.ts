import { describe, expect, it } from 'vitest';
import { clauseChanges } from './clauses';

const kinds = (before: string, after: string) =>
  clauseChanges(before, after)?.map(({ kind, text }) => `${kind} ${text}`) ?? null;

describe('conditions of two versions', () => {
  it('are removed, added or kept, in whatever order', () => {
    expect(
      kinds(
        'count of orders >= 2 and never anything in last 90 days',
        'reachable and count of orders >= 2 and not has tag vip',
      ),
    ).toEqual([
      'removed never anything in last 90 days',
      'added reachable',
      'added not has tag vip',
      'kept count of orders >= 2',
    ]);
  });

  it('are counted where they stand twice', () => {
    expect(kinds('reachable or reachable', 'reachable')).toEqual(['removed reachable', 'kept reachable']);
  });

  it('are none where a text does not come apart', () => {
    expect(kinds('(reachable', 'reachable')).toBe(null);
  });
});
