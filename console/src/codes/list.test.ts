import { expect, it } from 'vitest';
import { costPerEach, matching, shownOf, sorted, sumsOf } from './list';
import type { CodeRow } from './types';

const row = (id: string, more: Partial<CodeRow> & { name?: string; cost?: number; touch_point?: string } = {}) =>
  ({
    scans: 0,
    visitors: 0,
    repeated: 0,
    followed: 0,
    followed_before: 0,
    registered: 0,
    ordered: 0,
    last_scan_at: null,
    ...more,
    code: {
      id,
      path: `/s/${id}`,
      name: more.name ?? id,
      touch_point: more.touch_point ?? 'store',
      parameters: { place: `Hall ${id}` },
      target: 'https://shop.example.com/',
      cost_minor: more.cost ?? 0,
      state: 'active',
      created_at: '2026-11-01T00:00:00Z',
    },
  }) as unknown as CodeRow;

it('finds a code by its name, its link and its parameters', () => {
  const rows = [row('a1', { name: '货架 3' }), row('b2'), row('c3', { touch_point: 'phone' })];
  const found = (search: Record<string, string>) => matching(rows, shownOf(search)).map(({ code }) => code.id);
  expect(found({ search: ' 货架 ' })).toEqual(['a1']);
  expect(found({ search: 'hall B' })).toEqual(['b2']);
  expect(found({ search: '/S/C3' })).toEqual(['c3']);
  expect(found({ touch_point: 'phone' })).toEqual(['c3']);
  expect(found({ state: 'paused' })).toEqual([]);
  expect(found({ state: 'gone' })).toHaveLength(3);
});

it('ties have an order of their own, whichever way it is sorted', () => {
  const rows = [row('b', { scans: 2 }), row('c', { scans: 1 }), row('a', { scans: 2 })];
  const ids = (search: Record<string, string>) => sorted(rows, shownOf(search)).map(({ code }) => code.id);
  expect(ids({ sort: 'scans' })).toEqual(['a', 'b', 'c']);
  expect(ids({ sort: 'scans', order: 'asc' })).toEqual(['c', 'a', 'b']);
  expect(ids({})).toEqual(['a', 'b', 'c']);
  const named = [row('a', { name: '展位 10' }), row('b', { name: '展位 9' })];
  expect(sorted(named, shownOf({})).map(({ code }) => code.name)).toEqual(['展位 9', '展位 10']);
});

it('sums are those of what is shown; a cost per each needs both a cost and somebody', () => {
  const sums = sumsOf([row('a', { scans: 3, cost: 500 }), row('b', { scans: 2, cost: 1 })]);
  expect([sums.scans, sums.costMinor]).toEqual([5, 501]);
  expect(costPerEach(501, 5)).toBe(100);
  expect(costPerEach(501, 0)).toBeNull();
  expect(costPerEach(0, 5)).toBeNull();
});

it('an address that says nonsense shows the first page', () => {
  expect(shownOf({ page: '-3', sort: 'x', order: 'y' })).toMatchObject({ page: 1, sort: 'created', order: 'desc' });
});
