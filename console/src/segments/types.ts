import type { FromServer } from '@/shared/api/sent';

export type Segment = FromServer<'SegmentDto'>;
export type SegmentVersion = FromServer<'SegmentVersionDto'>;
export type SegmentCounts = FromServer<'SegmentCountsDto'>;

/** What is asked for of everybody: as a text, or that of a segment. */
export interface SegmentSettings {
  name: string;
  description: string;
  text: string;
}

export type ValueType = FromServer<'RuleValueType'>;
export type RuleName = FromServer<'RuleNameDto'>;
/** All that a rule may name here. */
export type Catalogue = FromServer<'RuleCatalogueDto'>;

export type RuleProblem = FromServer<'RuleProblemDto'>;
export type ReadRule = FromServer<'ReadRuleDto'>;

export type ClauseCount = FromServer<'CountedClauseDto'>;
export type RuleCount = FromServer<'CountedRuleDto'>;
export type PeoplePage = FromServer<'RulePeoplePage'>;

export type DecidingFact = FromServer<'DecidingFactDto'>;

/** A value as rules write it. */
export type FoundValue = string | number | boolean | { money: string } | { day: string } | { instant: string };

/** The document says of values no more than that they are there. */
export interface RulePart extends Omit<FromServer<'RulePartDto'>, 'kind' | 'found' | 'parts'> {
  kind: 'and' | 'or' | 'not' | 'clause';
  found: FoundValue[];
  parts: RulePart[];
}

export interface Explained extends Omit<FromServer<'ExplainedRuleDto'>, 'tree'> {
  tree: RulePart;
}
