import type { CustomerRow } from '@/shared/api/types';

// Shapes of what a segment is looked at by, beside its rule and its members: trend, moves, portrait, overlap, reach and uses.

/** What people call it, in both languages. */
export interface Names {
  zh: string;
  en: string;
}

/** How many were in a segment as a Monday began; the last point is now. */
export interface TrendPoint {
  day: string;
  at: string;
  count: number;
}

export interface SegmentTrend {
  /** The oldest first. */
  points: TrendPoint[];
  /** Since when it is known who was in it; null: not yet. */
  kept_since: string | null;
  as_of: string;
}

/** `found`: it happened while no server ran, or faster than was followed. */
export type MoveCause = 'fact' | 'profile' | 'merge' | 'time' | 'rule' | 'found';

/** Somebody entered a segment or left it. */
export interface SegmentMove {
  at: string;
  customer: CustomerRow;
  has_entered: boolean;
  cause: MoveCause;
  /** The key of the fact that was the cause. */
  fact: string | null;
  version: number;
}

/** A tag, or a value of a field. */
export interface Trait {
  kind: 'tag' | 'value';
  /** The group of the tag, or the field. */
  of: string;
  names: Names;
  code: string;
}

/** How many have it, and how that compares with everybody. */
export interface PortraitRow extends Trait {
  count: number;
  everybody: number;
  /** Null where the group is empty. */
  share: number | null;
  /** 100: as often as among everybody. Null where nobody at all has it. */
  index: number | null;
}

export interface Portrait {
  count: number;
  everybody: number;
  rows: PortraitRow[];
  as_of: string;
}

export interface OverlapRow extends Trait {
  /** Of each segment, in the order in which they were asked for. */
  counts: number[];
  index: (number | null)[];
  everybody: number;
}

/** Who is in exactly these segments and in none of the others. */
export interface Region {
  in: string[];
  count: number;
}

export interface Overlap {
  sizes: { code: string; name: string; count: number }[];
  /** Those in which there is somebody. */
  regions: Region[];
  rows: OverlapRow[];
  everybody: number;
  as_of: string;
}

export interface Reach {
  count: number;
  /** By at least one channel. */
  any: number;
  channels: { channel: string; names: Names; count: number }[];
  as_of: string;
}

/** What stands on a segment. */
export interface SegmentUses {
  segments: { code: string; name: string }[];
  /** Codes of tags that follow it. */
  tags: string[];
}
