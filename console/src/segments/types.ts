import type { CustomerRow, Instant, Page } from '@/shared/api/types';

// As docs/segments.md says it; to be taken from the document (`FromServer`) as soon as that has it.

export interface SegmentVersion {
  version: number;
  name: string;
  description: string;
  /** The JSON form. */
  rule: unknown;
  text: string;
  digest: string;
  changed_by: string;
  changed_at: Instant;
}

export interface Segment extends SegmentVersion {
  code: string;
  created_by: string;
  created_at: Instant;
  archived_at: Instant | null;
}

/** What is asked for of everybody: as a text, or that of a segment. */
export interface SegmentSettings {
  name: string;
  description: string;
  text: string;
}

export interface SegmentCounts {
  as_of: Instant;
  counts: Record<string, number>;
}

export type ValueType = 'text' | 'number' | 'money' | 'boolean' | 'day' | 'instant';

export interface RuleName {
  name: string;
  type: ValueType;
  /** The texts that there are; empty: any. */
  allowed: string[];
}

/** All that a rule may name here. */
export interface Catalogue {
  currency: string | null;
  fields: RuleName[];
  tags: string[];
  tag_groups: string[];
  segments: string[];
  channels: string[];
  purposes: string[];
  events: { name: string; properties: RuleName[] }[];
  orders: RuleName[];
  lines: RuleName[];
  pages: RuleName[];
  screens: RuleName[];
}

export interface RuleProblem {
  pointer: string | null;
  /** In characters of the text, the second excluded. */
  from: number | null;
  to: number | null;
  message: string;
}

export interface ReadRule {
  rule: unknown;
  text: string | null;
  digest: string | null;
  problems: RuleProblem[];
}

export interface ClauseCount {
  text: string;
  /** Of how many it holds by itself. */
  count: number;
  /** How many the rule would mean if it were not there. */
  without: number;
}

export interface RuleCount {
  count: number;
  everybody: number;
  as_of: Instant;
  text: string;
  rule: unknown;
  clauses: ClauseCount[];
}

export interface PeoplePage extends Page<CustomerRow> {
  count: number;
  as_of: Instant;
}

export interface DecidingFact {
  key: string;
  at: Instant;
  kind: string;
  name: string | null;
}

/** A value as rules write it. */
export type FoundValue = string | number | boolean | { money: string } | { day: string } | { instant: string };

export interface RulePart {
  kind: 'and' | 'or' | 'not' | 'clause';
  text: string | null;
  holds: boolean;
  found: FoundValue[];
  facts: DecidingFact[];
  facts_count: number;
  may_flip_at: Instant | null;
  parts: RulePart[];
}

export interface Explained {
  customer_id: string;
  as_of: Instant;
  rule: unknown;
  text: string;
  holds: boolean;
  turns_at: Instant | null;
  look_again_at: Instant | null;
  tree: RulePart;
}
