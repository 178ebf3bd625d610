import { expect, it } from 'vitest';
import { matching } from './list';
import type { FieldItem } from './types';

const item = (name: string, klass: string, archived_at: string | null) =>
  ({ field: { name, name_zh: `${name} 中`, name_en: name, class: klass, archived_at } }) as FieldItem;
const items = [
  item('City', 'identity', null),
  item('skin', 'other', null),
  item('old', 'other', '2026-01-01T00:00:00Z'),
];
const names = (search: Record<string, string>) => matching(items, search).map(({ field }) => field.name);

it('finds by name in both languages, by class and by state', () => {
  expect(names({})).toEqual(['City', 'skin']);
  expect(names({ search: 'cit' })).toEqual(['City']);
  expect(names({ search: '中', class: 'other' })).toEqual(['skin']);
  expect(names({ state: 'archived' })).toEqual(['old']);
});
