import type { FromServer } from '@/shared/api/sent';

export type CustomerIdentity = FromServer<'CustomerIdentityDto'>;
export type Merge = FromServer<'MergeDto'>;
export type LeftOff = FromServer<'LeftOffDto'>;
export type MergePreview = FromServer<'MergePreviewDto'>;
export type MergeSide = FromServer<'MergeSideDto'>;
export type MergeField = FromServer<'MergeFieldDto'>;
