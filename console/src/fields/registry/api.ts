import { queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { FieldCoverage, FieldItem, FieldSettings, FieldSources, ProfileField } from './types';

const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` });

/** All of them: the preset ones first, the heaviest first. */
export const fieldsQuery = queryOptions({
  queryKey: ['fields'],
  queryFn: ({ signal }) => api.get<{ items: FieldItem[] }>('/fields', undefined, signal),
});

/** The key stays the same while one field is tried again. */
export function createField(
  field: Omit<FieldSettings, 'archived'> & { name: string },
  key: Record<string, string>,
): Promise<ProfileField> {
  return api.post<ProfileField>('/fields', field, key);
}

export async function updateField(name: string, version: number, settings: FieldSettings): Promise<ProfileField> {
  return (await api.put<ProfileField>(`/fields/${encodeURIComponent(name)}`, settings, ifMatch(version))).data;
}

/** Archived fields are plain traits; nothing of what is known is lost. */
export function archiveField(field: ProfileField, archived: boolean) {
  const { name_zh, name_en, class: klass, type, allowed, personal, weight } = field;
  const settings = { name_zh, name_en, class: klass, type, allowed, personal, weight, archived };
  return updateField(field.name, field.version, settings);
}

export const fieldSourcesQuery = queryOptions({
  queryKey: ['field-sources'],
  queryFn: ({ signal }) => api.get<FieldSources>('/field-sources', undefined, signal),
});

export async function updateFieldSources(
  version: number,
  settings: Pick<FieldSources, 'order' | 'sources'>,
): Promise<FieldSources> {
  return (await api.put<FieldSources>('/field-sources', settings, ifMatch(version))).data;
}

export function coverageQuery(tag: string) {
  return queryOptions({
    queryKey: ['field-coverage', tag],
    queryFn: ({ signal }) => api.get<FieldCoverage>('/field-coverage', { tag }, signal),
  });
}
