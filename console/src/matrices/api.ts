import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { WHILE_NOT_BUILT } from '@/segments/api';
import { api } from '@/shared/api/client';
import type { Page } from '@/shared/api/types';
import type {
  CustomerContents,
  Matrix,
  MatrixContent,
  MatrixItem,
  PlanDecision,
  Priorities,
  PriorityEntry,
} from './types';

const DECISIONS = 20;

const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` });
const pathOf = (code: string) => `/matrices/${encodeURIComponent(code)}`;
const customerPath = (id: string, of: string) => `/customers/${encodeURIComponent(id)}/${of}`;

export const matricesQuery = queryOptions({
  queryKey: ['matrices', 'list'],
  queryFn: ({ signal }) => api.get<{ items: MatrixItem[] }>('/matrices', undefined, signal),
});

export function matrixQuery(code: string) {
  return queryOptions({
    queryKey: ['matrices', 'one', code],
    queryFn: ({ signal }) => api.get<Matrix>(pathOf(code), undefined, signal),
  });
}

export interface MatrixSettings {
  name: string;
  contents: MatrixContent[];
}

/** The key stays the same while the same matrix is tried again. */
export function createMatrix(code: string, layer: string, settings: MatrixSettings, key: Record<string, string>) {
  return api.post<Matrix>('/matrices', { code, layer, ...settings }, key);
}

/** The draft, if `version` is still its version. */
export async function updateMatrix({ code, version }: Matrix, settings: MatrixSettings): Promise<Matrix> {
  return (await api.put<Matrix>(pathOf(code), settings, ifMatch(version))).data;
}

export function publishMatrix({ code, version }: Matrix): Promise<Matrix> {
  return api.post<Matrix>(`${pathOf(code)}/publish`, undefined, ifMatch(version));
}

export const removeMatrix = ({ code, version }: Matrix) => api.delete(pathOf(code), ifMatch(version));

export const prioritiesQuery = queryOptions({
  queryKey: ['matrices', 'priorities'],
  queryFn: ({ signal }) => api.get<Priorities>('/plan-priorities', undefined, signal),
});

/** The whole table, if `version` is still the one that holds. */
export async function putPriorities(
  version: number,
  entries: Pick<PriorityEntry, 'layer' | 'stage' | 'plan'>[],
): Promise<Priorities> {
  return (await api.put<Priorities>('/plan-priorities', { entries }, ifMatch(version))).data;
}

/** What is published for where the customer is now. */
export function contentsQuery(id: string, matrix: string) {
  return queryOptions({
    queryKey: ['customer', id, 'contents', matrix],
    queryFn: ({ signal }) => api.get<CustomerContents>(customerPath(id, 'contents'), { matrix }, signal),
    ...WHILE_NOT_BUILT,
  });
}

/** The newest first. */
export function decisionsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['customer', id, 'plan-decisions'],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<PlanDecision>>(customerPath(id, 'plan-decisions'), { cursor: pageParam, limit: DECISIONS }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

export function decidePlan(id: string, key: Record<string, string>) {
  return api.post<PlanDecision>(customerPath(id, 'plan-decisions'), undefined, key);
}
