import type { FromServer } from '@/shared/api/sent';

export type Place = FromServer<'PlaceDto'>;
export type PlaceItem = FromServer<'PlaceItem'>;
export type PlaceList = FromServer<'PlaceList'>;
export type PlaceMove = FromServer<'PlaceMoveDto'>;
export type PlaceKind = 'region' | 'store';
/** What a person decides about a place that is there. */
export type PlaceSettings = Pick<Place, 'code' | 'name' | 'parent'>;
