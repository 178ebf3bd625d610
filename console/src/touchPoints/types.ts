import type { FromServer } from '@/shared/api/sent';

export type TouchPoint = FromServer<'TouchPointDto'>;
export type TouchPointCounts = FromServer<'TouchPointCountsDto'>;
export type TouchPointItem = FromServer<'TouchPointItem'>;
export type TouchPointList = FromServer<'TouchPointList'>;
/** What can be changed of one: its code stays. */
export type TouchPointNames = Pick<TouchPoint, 'name_zh' | 'name_en'>;
export type NewTouchPoint = Pick<TouchPoint, 'code' | 'name_zh' | 'name_en'>;
