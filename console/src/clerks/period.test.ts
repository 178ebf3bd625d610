import { expect, it } from 'vitest';
import type { Search } from '@/app/search';
import { periodOf, searchOf } from './period';

const TODAY = '2026-11-21';

it('is this month, the last one, or two days of the address', () => {
  expect(periodOf({}, TODAY)).toEqual({ kind: 'this', from: '2026-11-01', to: TODAY, isValid: true });
  expect(periodOf({ period: 'last' }, TODAY)).toMatchObject({ from: '2026-10-01', to: '2026-10-31' });
  expect(periodOf({ period: 'own', from: '2026-01-01', to: '2026-01-31' }, TODAY).isValid).toBe(true);
});

it('asks for nothing while a day is missing or the days are the wrong way round', () => {
  expect(periodOf({ period: 'own', from: '2026-02-01', to: '2026-01-31' }, TODAY).isValid).toBe(false);
  expect(periodOf({ period: 'own', to: '2026-01-31' }, TODAY).isValid).toBe(false);
  expect(periodOf({ period: 'nonsense' }, TODAY).kind).toBe('this');
});

it('stays the same from address to address', () => {
  const searches: Search[] = [{}, { period: 'last' }, { period: 'own', from: '2026-01-01', to: '2026-01-31' }];
  for (const search of searches) expect(searchOf(periodOf(search, TODAY))).toEqual(search);
});
