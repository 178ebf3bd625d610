import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Days } from '@/app/forms/span';
import { api, type Query } from '@/shared/api/client';
import type { FromServer } from '@/shared/api/sent';
import type { Page } from '@/shared/api/types';
import { PAGE_MAX, type ReadIds } from '@/tags/keep/keeping';

export type Paths = FromServer<'PathsDto'>;
export type Path = FromServer<'PathDto'>;
export type PathStep = FromServer<'PathStepDto'>;
export type PathPerson = FromServer<'PathPersonDto'>;
export type CustomerPath = FromServer<'CustomerPathDto'>;
export type OwnPath = Pick<Path, 'code' | 'name_zh' | 'name_en' | 'steps'>;

const KEY = ['paths'];
const PEOPLE_PAGE = 50;

/** Days are those of the brand's zone. */
export function pathsQuery({ from, until }: Days) {
  return queryOptions({
    queryKey: [...KEY, from, until],
    queryFn: ({ signal }) => api.get<Paths>('/paths', { from, until }, signal),
    placeholderData: keepPreviousData,
  });
}

export const allPaths = { queryKey: KEY };

function pathPeople(code: string, query: Query, signal?: AbortSignal) {
  return api.get<Page<PathPerson>>(`/paths/${encodeURIComponent(code)}/people`, query, signal);
}

export function pathPeopleQuery(code: string, { from, until }: Days) {
  return infiniteQueryOptions({
    queryKey: [...KEY, code, 'people', from, until],
    queryFn: ({ pageParam, signal }) =>
      pathPeople(code, { from, until, cursor: pageParam, limit: PEOPLE_PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

export function readPathPeople(code: string, { from, until }: Days): ReadIds {
  return async (cursor) => {
    const page = await pathPeople(code, { from, until, cursor, limit: PAGE_MAX });
    return { ids: page.items.map(({ customer_id }) => customer_id), next: page.next_cursor };
  };
}

/** Below the key of the customer: a merge changes this too. */
export function customerPathsQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'paths'],
    queryFn: async ({ signal }) =>
      (await api.get<{ items: CustomerPath[] }>(`/customers/${encodeURIComponent(id)}/paths`, undefined, signal)).items,
  });
}

/** All of the brand's own paths, if nobody else has changed them since `version`. */
export async function putPaths(version: number, paths: OwnPath[]): Promise<void> {
  await api.put('/paths', { paths }, { 'If-Match': `"${version}"` });
}
