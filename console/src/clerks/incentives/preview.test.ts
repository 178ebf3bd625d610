import { describe, expect, it } from 'vitest';
import type { RankingRow, Rule, Settlement } from '../types';
import { dayBefore, firstDay, lastDayBefore, owed, sumOf, usualThrough } from './preview';
import { ranked } from './ranking';

const yuan = (minor: number) => ({ minor, currency: 'CNY', exponent: 2 });
const earned = (clerk_id: string, minor: number, sign_ups = 0) =>
  ({ clerk_id, name: clerk_id, sign_ups, sales: [], earned: yuan(minor) }) as RankingRow;
const paid = (clerk_id: string, minor: number) =>
  ({ clerks: [{ clerk_id, name: clerk_id, awards: 1, reversals: 0, amount: yuan(minor) }] }) as Settlement;

describe('what a settlement would pay', () => {
  it('is all that was earned, less all that was paid', () => {
    // Forty sign-ups of ¥5 and six reversals; ¥20 were paid before.
    const rows = owed([earned('clk_1', 17_000), earned('clk_2', 1000)], [paid('clk_1', 1500), paid('clk_1', 500)]);
    expect(rows.map(({ clerk_id, amount }) => [clerk_id, amount.minor])).toEqual([
      ['clk_1', 15_000],
      ['clk_2', 1000],
    ]);
    expect(sumOf(rows)).toEqual(yuan(16_000));
  });

  it('may be negative, and leaves out whom nothing is owed', () => {
    const rows = owed([earned('clk_1', 0), earned('clk_2', 700)], [paid('clk_1', 500), paid('clk_2', 700)]);
    expect(rows).toEqual([{ clerk_id: 'clk_1', name: 'clk_1', amount: yuan(-500) }]);
    expect(sumOf([])).toBeNull();
  });
});

describe('days of a settlement', () => {
  const inShanghai = (at: string) => new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 10);

  it('end before the first instant that is not in them', () => {
    expect(lastDayBefore('2026-10-31T16:00:00Z', inShanghai)).toBe('2026-10-31');
    expect(dayBefore('2026-03-01')).toBe('2026-02-28');
  });

  it('begin with the first rule', () => {
    const rules = [{ created_at: '2026-03-01T02:00:00Z' }, { created_at: '2026-01-04T17:00:00Z' }] as Rule[];
    expect(firstDay(rules, inShanghai)).toBe('2026-01-05');
    expect(firstDay([], inShanghai)).toBeNull();
  });

  it('usually go through the last month, then through yesterday', () => {
    expect(usualThrough('2026-11-21', null)).toBe('2026-10-31');
    expect(usualThrough('2026-11-21', '2026-09-30')).toBe('2026-10-31');
    expect(usualThrough('2026-11-21', '2026-10-31')).toBe('2026-11-20');
    expect(usualThrough('2026-11-21', '2026-11-20')).toBeNull();
    expect(usualThrough('2026-11-01', '2026-10-31')).toBeNull();
  });
});

it('who did the same shares a place', () => {
  const places = ranked([earned('a', 0, 3), earned('b', 0, 3), earned('c', 0, 1)]).map(({ place }) => place);
  expect(places).toEqual([1, 1, 3]);
});
