import { describe, expect, it } from 'vitest';
import { DEPTH_MAX, foundRows, openRows, parentsFor, pathText, storesBelow, treeOf } from './tree';
import type { PlaceItem } from './types';

const item = (id: string, kind: string, parent: string | null, more: Partial<PlaceItem['place']> = {}): PlaceItem => ({
  place: {
    id,
    kind,
    parent,
    name: id,
    code: kind === 'store' ? `code-${id}` : null,
    is_known: true,
    created_at: '2026-01-01T00:00:00Z',
    version: 1,
    ...more,
  },
  customers: 0,
  users: [],
});

const ITEMS = [
  item('east', 'region', null),
  item('s10', 'store', 'east', { name: 'Shop 10' }),
  item('s2', 'store', 'east', { name: 'Shop 2' }),
  item('shanghai', 'region', 'east'),
  item('s1', 'store', 'shanghai', { name: 'Nanjing Road', code: 'S01' }),
  { ...item('few', 'store', null, { is_known: false }), customers: 1 },
  { ...item('many', 'store', null, { is_known: false }), customers: 9 },
];
const tree = treeOf(ITEMS, 'en');
const ids = (nodes: { place: { id: string } }[]) => nodes.map(({ place }) => place.id);

describe('the tree of places', () => {
  it('has regions before stores, and 2 before 10', () => {
    expect(ids(openRows(tree.roots, () => true))).toEqual(['east', 'shanghai', 's1', 's2', 's10']);
    expect([tree.regions, tree.stores]).toEqual([2, 3]);
  });

  it('keeps stores apart that nobody has entered, those with most customers first', () => {
    expect(ids(tree.unknown)).toEqual(['many', 'few']);
  });

  it('shows nothing below what is closed', () => {
    expect(ids(openRows(tree.roots, (id) => id === 'east'))).toEqual(['east', 'shanghai', 's2', 's10']);
    expect(ids(openRows(tree.roots, () => false))).toEqual(['east']);
  });

  it('finds names and codes, each with what is above it', () => {
    expect(ids(foundRows(tree.roots, ' s01'))).toEqual(['east', 'shanghai', 's1']);
    expect(ids(foundRows(tree.roots, 'shop 1'))).toEqual(['east', 's10']);
    expect(foundRows(tree.roots, 'nowhere')).toEqual([]);
  });

  it('knows paths and the stores below', () => {
    const shop = tree.byId.get('s1');
    expect(shop && pathText(shop)).toBe('east / shanghai / Nanjing Road');
    const east = tree.byId.get('east');
    expect(east && ids(storesBelow(east))).toEqual(['s1', 's2', 's10']);
  });
});

describe('regions above a place', () => {
  it('are neither the place itself nor below it', () => {
    expect(ids(parentsFor(tree, null))).toEqual(['east', 'shanghai']);
    expect(ids(parentsFor(tree, 's1'))).toEqual(['east', 'shanghai']);
    expect(ids(parentsFor(tree, 'east'))).toEqual([]);
    expect(ids(parentsFor(tree, 'shanghai'))).toEqual(['east']);
  });

  it('leave room for what comes along: eight levels at most', () => {
    const chain = Array.from({ length: DEPTH_MAX - 1 }, (_, level) =>
      item(`r${level + 1}`, 'region', level === 0 ? null : `r${level}`),
    );
    const deep = treeOf([...chain, item('two', 'region', null), item('leaf', 'store', 'two')], 'en');
    // A store fits under the seventh level; a region with a store below it needs one more.
    expect(ids(parentsFor(deep, null)).at(-1)).toBe('two');
    expect(ids(parentsFor(deep, 'leaf'))).toContain('r7');
    expect(ids(parentsFor(deep, 'two'))).toEqual(['r1', 'r2', 'r3', 'r4', 'r5', 'r6']);
  });
});
