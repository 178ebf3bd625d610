import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { WHILE_NOT_BUILT } from '@/segments/api';
import type { PeoplePage } from '@/segments/types';
import { api, type Query } from '@/shared/api/client';
import type { LocaleTag } from '@/shared/api/types';
import { idsOf, PAGE_MAX, type ReadIds } from '@/tags/keep/keeping';
import type { Layer, LayerCounts, LayerItem, LayerSettings, LayerTemplate, Movement, MovementCell } from './types';

const PEOPLE = 50;

const pathOf = (code: string) => `/layers/${encodeURIComponent(code)}`;

/** Only those that are archived, or only the others. */
export function layersQuery(archived: boolean) {
  return queryOptions({
    queryKey: ['layers', 'list', archived],
    queryFn: ({ signal }) => api.get<{ items: LayerItem[] }>('/layers', { archived }, signal),
  });
}

export function layerQuery(code: string) {
  return queryOptions({
    queryKey: ['layers', 'one', code],
    queryFn: ({ signal }) => api.get<Layer>(pathOf(code), undefined, signal),
  });
}

export function layerCountsQuery(code: string) {
  return queryOptions({
    queryKey: ['layers', 'counts', code],
    queryFn: ({ signal }) => api.get<LayerCounts>(`${pathOf(code)}/counts`, undefined, signal),
    ...WHILE_NOT_BUILT,
  });
}

/** Names and descriptions come in the language that is asked for. */
export function templatesQuery(language: LocaleTag) {
  return queryOptions({
    queryKey: ['layers', 'templates', language],
    queryFn: ({ signal }) => api.get<{ items: LayerTemplate[] }>('/layer-templates', { language }, signal),
  });
}

export function fillTemplate(code: string, language: LocaleTag, parameters: Record<string, string[]>) {
  return api.post<LayerTemplate>(`/layer-templates/${encodeURIComponent(code)}`, { language, parameters });
}

/** As these days began; without the second one, until now. */
export interface Between {
  from: string;
  to: string | undefined;
}

export function movementQuery(code: string, between: Between) {
  return queryOptions({
    queryKey: ['layers', 'movement', code, between],
    queryFn: ({ signal }) => api.get<Movement>(`${pathOf(code)}/movement`, { ...between }, signal),
    ...WHILE_NOT_BUILT,
    placeholderData: keepPreviousData,
  });
}

export type Moved = Pick<MovementCell, 'from' | 'to'>;

function movedPage(code: string, between: Between, { from, to }: Moved, page: Query, signal?: AbortSignal) {
  const query = { ...between, from_stage: from, to_stage: to, ...page };
  return api.get<PeoplePage>(`${pathOf(code)}/movement/people`, query, signal);
}

export function movedPeopleQuery(code: string, between: Between, moved: Moved) {
  return infiniteQueryOptions({
    queryKey: ['layers', 'moved', code, between, moved.from, moved.to],
    queryFn: ({ pageParam, signal }) => movedPage(code, between, moved, { cursor: pageParam, limit: PEOPLE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    ...WHILE_NOT_BUILT,
  });
}

export function readMoved(code: string, between: Between, moved: Moved): ReadIds {
  return async (cursor) => idsOf(await movedPage(code, between, moved, { cursor, limit: PAGE_MAX }));
}

/** The key stays the same while the same layer is tried again. */
export function createLayer(code: string, settings: LayerSettings, key: Record<string, string>) {
  return api.post<Layer>('/layers', { code, ...settings }, key);
}

/** If `version` is still the newest one. */
export async function updateLayer(code: string, version: number, settings: LayerSettings): Promise<Layer> {
  return (await api.put<Layer>(pathOf(code), settings, { 'If-Match': `"${version}"` })).data;
}

export function setArchived(code: string, isArchived: boolean): Promise<Layer> {
  return api.post<Layer>(`${pathOf(code)}/${isArchived ? 'archive' : 'restore'}`, {});
}
