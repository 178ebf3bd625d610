import type { FromServer } from '@/shared/api/sent';

export type TagPeriod = FromServer<'TagPeriodDto'>;
export type CustomerTags = FromServer<'CustomerTagsDto'>;
export type TagGroupItem = FromServer<'TagGroupItem'>;
export type TagGroup = FromServer<'TagGroupDto'>;
export type Tag = FromServer<'TagDto'>;
export type TagsChanged = FromServer<'TagsChangedDto'>;

/** What is done about the tags of a customer in one go. */
export interface TagChange {
  set: string[];
  remove: string[];
  surface: 'console';
  note: string | null;
}
