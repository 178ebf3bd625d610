import { expect, it } from 'vitest';
import type { TagGroupItem } from '../types';
import { matching } from './list';

const AT = '2026-01-01T00:00:00Z';
const one = (code: string, archived_at: string | null = null) => ({
  code,
  name_zh: `${code} 中`,
  name_en: code,
  archived_at,
});
const items = [
  { group: one('stage'), tags: [{ tag: one('early') }, { tag: one('late', AT) }] },
  { group: one('empty'), tags: [] },
  { group: one('old', AT), tags: [{ tag: one('gone') }] },
] as unknown as TagGroupItem[];
const found = (search: Record<string, string>) =>
  matching(items, search).map(({ group, tags }) => [group.code, ...tags.map(({ tag }) => tag.code)].join(' '));

it('shows groups and tags in use, also a group without tags', () => {
  expect(found({})).toEqual(['stage early', 'empty']);
});

it('shows what is archived, with the group that it stands in', () => {
  expect(found({ state: 'archived' })).toEqual(['stage late', 'old gone']);
});

it('finds by the name of a group or of a tag', () => {
  expect(found({ search: 'STAGE' })).toEqual(['stage early']);
  expect(found({ search: 'earl' })).toEqual(['stage early']);
  expect(found({ search: 'nothing' })).toEqual([]);
});
