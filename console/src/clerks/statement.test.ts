import { expect, it } from 'vitest';
import { linesOf } from './statement';
import type { StatementLine } from './types';

const line = (id: string, at: string, reverses: string | null = null) => ({ id, at, reverses }) as StatementLine;

it('the newest line is first, and a reversal and what it takes back know of each other', () => {
  const lines = linesOf([
    line('a', '2026-11-01T00:00:00Z'),
    line('b', '2026-11-02T00:00:00Z'),
    line('c', '2026-11-03T00:00:00Z', 'a'),
  ]);
  expect(lines.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  expect(lines[0]).toMatchObject({ earnedAt: '2026-11-01T00:00:00Z', takenBackAt: null });
  expect(lines[2]).toMatchObject({ earnedAt: null, takenBackAt: '2026-11-03T00:00:00Z' });
});

it('what was earned in other days has no instant here', () => {
  expect(linesOf([line('c', '2026-11-03T00:00:00Z', 'a')])[0]?.earnedAt).toBeNull();
});
