import { api } from '@/shared/api/client';
import type { Tag, TagGroup } from '../types';

const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` });
const groupPath = (code: string) => `/tag-groups/${encodeURIComponent(code)}`;

type Names = Pick<Tag, 'code' | 'name_zh' | 'name_en'>;
export type NewGroup = Names & Pick<TagGroup, 'exclusive' | 'valid_days'>;

/** The key stays the same while one thing is tried again. */
export function createGroup(group: NewGroup, key: Record<string, string>) {
  return api.post<TagGroup>('/tag-groups', group, key);
}

export async function updateGroup({ code, version }: TagGroup, settings: Omit<NewGroup, 'code'>, archived: boolean) {
  return (await api.put<TagGroup>(groupPath(code), { ...settings, archived }, ifMatch(version))).data;
}

export function archiveGroup(group: TagGroup, archived: boolean) {
  const { name_zh, name_en, exclusive, valid_days } = group;
  return updateGroup(group, { name_zh, name_en, exclusive, valid_days }, archived);
}

export function createTag(group: string, tag: Names, key: Record<string, string>) {
  return api.post<Tag>(`${groupPath(group)}/tags`, tag, key);
}

export async function updateTag({ code, version }: Tag, names: Omit<Names, 'code'>, archived: boolean) {
  return (await api.put<Tag>(`/tags/${encodeURIComponent(code)}`, { ...names, archived }, ifMatch(version))).data;
}

export function archiveTag(tag: Tag, archived: boolean) {
  const { name_zh, name_en } = tag;
  return updateTag(tag, { name_zh, name_en }, archived);
}
