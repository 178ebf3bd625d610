import { beforeEach, expect, it } from 'vitest';
import type { ImportRequest } from './api';
import { remember, startedWith } from './startedWith';

const request = {
  kind: 'orders',
  uploads: ['upl_1'],
  mapping: {},
  options: {},
  dry_run: false,
} as unknown as ImportRequest;
const DAY_MS = 86_400_000;

beforeEach(() => localStorage.clear());

it('an import can be started again as long as the server keeps its files', () => {
  remember('imp_1', request, 0);
  expect(startedWith('imp_1', 6 * DAY_MS)).toEqual(request);
  expect(startedWith('imp_1', 8 * DAY_MS)).toBeNull();
  expect(startedWith('imp_2', 0)).toBeNull();
});

it('what is too old makes room', () => {
  remember('imp_1', request, 0);
  remember('imp_2', request, 8 * DAY_MS);
  expect(Object.keys(localStorage)).toEqual(['perennial.import.imp_2']);
});

it('something else under its name is nothing', () => {
  localStorage.setItem('perennial.import.imp_1', '{');
  expect(startedWith('imp_1')).toBeNull();
});
