import { describe, expect, it } from 'vitest';
import { assignmentNow, beginOf, clerksByStore, earliestChange, formerIn } from './assignments';
import type { Assignment, Clerk } from './types';

const clerk = (id: string, assignments: Assignment[]) => ({ id, assignments }) as Clerk;
const MOVED = clerk('clk_1', [
  { store: 'plc_12', from: '2026-01-04T00:00:00Z', to: '2026-04-30T16:00:00Z' },
  { store: 'plc_15', from: '2026-04-30T16:00:00Z', to: null },
]);
const LEFT = clerk('clk_2', [{ store: 'plc_12', from: '2026-02-01T00:00:00Z', to: '2026-06-01T00:00:00Z' }]);

it('says who is where now, and who was there before', () => {
  expect(assignmentNow(MOVED)?.store).toBe('plc_15');
  expect(assignmentNow(LEFT)).toBeNull();
  expect([...clerksByStore([MOVED, LEFT]).keys()]).toEqual(['plc_15']);
  expect(formerIn([MOVED, LEFT], 'plc_12').map(({ clerk: { id } }) => id)).toEqual(['clk_2', 'clk_1']);
  expect([earliestChange(MOVED), earliestChange(LEFT), earliestChange(clerk('new', []))]).toEqual([
    '2026-04-30T16:00:00Z',
    '2026-06-01T00:00:00Z',
    null,
  ]);
});

describe('the begin of a day', () => {
  const NOW = '2026-11-21T02:00:00Z';
  const begin = (day: string, of: Clerk = MOVED) => beginOf(day, 'Asia/Shanghai', of, NOW);

  it('is midnight on the clock of the brand', () => {
    expect(begin('2026-11-01')).toEqual({ at: '2026-10-31T16:00:00Z' });
    expect(begin('2026-11-21')).toEqual({ at: '2026-11-20T16:00:00Z' });
  });

  it('lies behind the last change, and is over', () => {
    expect(begin('2026-11-22')).toEqual({ fault: 'future' });
    // The clerk came at this midnight: another store at the same instant would leave no time in between.
    expect(begin('2026-05-01')).toEqual({ fault: 'too_early' });
    expect(begin('')).toEqual({ fault: 'no_day' });
  });

  it('may be the instant at which the clerk left', () => {
    const left = clerk('clk_3', [{ store: 'plc_12', from: '2026-02-01T00:00:00Z', to: '2026-10-31T16:00:00Z' }]);
    expect(begin('2026-11-01', left)).toEqual({ at: '2026-10-31T16:00:00Z' });
    expect(begin('2026-10-31', left)).toEqual({ fault: 'too_early' });
  });
});
