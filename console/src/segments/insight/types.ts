import type { FromServer } from '@/shared/api/sent';

// What a segment is looked at by, beside its rule and its members: trend, moves, portrait, overlap, reach and uses.

/** What people call it, in both languages. */
export type Names = FromServer<'NamesDto'>;
export type SegmentTrend = FromServer<'SegmentTrendDto'>;
export type MoveCause = FromServer<'SegmentMoveCause'>;
/** Somebody entered a segment or left it. */
export type SegmentMove = FromServer<'SegmentMoveDto'>;
/** A tag, or a value of a field. */
export type Trait = FromServer<'GroupTraitDto'>;
/** How many have it, and how that compares with everybody: an index of 100 is like all. */
export type PortraitRow = FromServer<'PortraitRowDto'>;
export type Portrait = FromServer<'PortraitDto'>;
export type OverlapRow = FromServer<'OverlapRow'>;
/** Who is in exactly these segments and in none of the others. */
export type Region = FromServer<'OverlapRegion'>;
export type Overlap = FromServer<'OverlapDto'>;
export type Reach = FromServer<'RuleReachDto'>;
export type Worth = FromServer<'RuleWorthDto'>;
/** What stands on a segment. */
export type SegmentUses = FromServer<'SegmentUsesDto'>;
