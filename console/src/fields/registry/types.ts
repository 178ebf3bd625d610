import type { FromServer } from '@/shared/api/sent';

export type ProfileField = FromServer<'ProfileFieldDto'>;
export type FieldItem = FromServer<'FieldItem'>;
export type FieldSources = FromServer<'FieldSourcesDto'>;
export type FieldCoverage = FromServer<'FieldCoverageDto'>;

/** A field as it is to be. Its name and its type stay. */
export type FieldSettings = Pick<
  ProfileField,
  'name_zh' | 'name_en' | 'class' | 'type' | 'allowed' | 'personal' | 'weight'
> & { archived: boolean };

/** In the order of a profile. */
export const CLASSES = ['identity', 'behaviour', 'consumption', 'decision', 'usage', 'other'] as const;
export const TYPES = ['text', 'integer', 'decimal', 'boolean', 'date', 'choice', 'choices'] as const;
