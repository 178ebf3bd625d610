import type { Search } from '@/app/search';
import { customersQuery } from './api';
import { filtersOf, SORT_KEYS } from './filters';

export const PAGE_SIZE = 50;

/** The order that the address names, the most valuable first where it names none. */
export function orderOf(search: Search): { sort: string; order: 'asc' | 'desc' } {
  const known = (SORT_KEYS as readonly string[]).includes(search.sort ?? '');
  return { sort: known ? (search.sort as string) : 'lifetime_value', order: search.order === 'asc' ? 'asc' : 'desc' };
}

/** The page of the list that the address and the place in it name. */
export function listQuery(search: Search, cursor?: string) {
  return customersQuery({ ...filtersOf(search), ...orderOf(search), limit: PAGE_SIZE, cursor });
}
