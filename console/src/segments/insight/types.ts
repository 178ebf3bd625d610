import type { CustomerRow } from '@/shared/api/types';

// Shapes of what a segment is looked at by, beside its rule and its members: trend, moves, portrait, overlap, reach and uses.

/** How many were in a segment at the end of a day. */
export interface TrendPoint {
  day: string;
  count: number;
}

export interface SegmentTrend {
  points: TrendPoint[];
  as_of: string;
}

export type MoveCause = 'fact' | 'profile' | 'merge' | 'time' | 'rule';

/** Somebody entered a segment or left it. */
export interface SegmentMove {
  at: string;
  customer: CustomerRow;
  entered: boolean;
  cause: MoveCause;
  version: number;
}

export interface MovesPage {
  items: SegmentMove[];
  next: string | null;
}

/** A tag or a value of a field: how many have it, and how that compares with everybody. */
export interface PortraitRow {
  kind: 'tag' | 'value';
  /** The group of the tag, or the field. */
  of: string;
  name: string;
  code: string;
  count: number;
  everybody: number;
  share: number;
  /** 100: as often as among everybody. Null where nobody at all has it. */
  index: number | null;
}

export interface Portrait {
  count: number;
  everybody: number;
  rows: PortraitRow[];
  as_of: string;
}

export type OverlapRow = Omit<PortraitRow, 'count' | 'share' | 'index'> & {
  /** Of each segment, in the order in which they were asked for. */
  index: (number | null)[];
};

/** Who is in exactly these segments and in none of the others. */
export interface Region {
  in: string[];
  count: number;
}

export interface Overlap {
  sizes: { code: string; name: string; count: number }[];
  regions: Region[];
  rows: OverlapRow[];
  as_of: string;
}

export interface Reach {
  count: number;
  /** By at least one channel. */
  any: number;
  channels: { channel: string; name: string; count: number }[];
  as_of: string;
}

/** What stands on a segment. */
export interface SegmentUses {
  segments: { code: string; name: string }[];
  tags: { tag: string; name: string }[];
  layers: { code: string; name: string }[];
}
