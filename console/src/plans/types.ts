import type { FromServer } from '@/shared/api/sent';

export type Plan = FromServer<'PlanDto'>;
export type PlanDocument = FromServer<'PlanDocument'>;
export type PlannedEvent = FromServer<'PlannedEventDto'>;
export type PlannedProperty = FromServer<'PlannedPropertyDto'>;
export type FrozenPlan = FromServer<'FrozenPlanDto'>;
export type PlanChange = FromServer<'PlanChange'>;
export type PlanVersionPage = FromServer<'PlanVersionPage'>;
export type PlanVersion = FromServer<'PlanVersionDto'>;
export type GeneratedPlan = FromServer<'GeneratedPlan'>;
export type PlanCoverage = FromServer<'PlanCoverage'>;
export type PlanViolation = FromServer<'PlanViolation'>;

export type QuarantinePage = FromServer<'QuarantinePage'>;
export type QuarantinedFact = FromServer<'QuarantinedFact'>;
export type QuarantinedEvent = FromServer<'QuarantinedEvent'>;
export type DecisionResult = FromServer<'DecisionResult'>;

// What the document says as `string`; these are the words that the console knows.

export const MODES = ['observe', 'flag', 'quarantine'] as const;
export type Mode = (typeof MODES)[number];

/** Types of message that a plan can speak of. */
export const EVENT_TYPES = ['track', 'identify', 'page', 'screen', 'group'] as const;
export const VALUE_TYPES = ['text', 'integer', 'number', 'boolean', 'list', 'object'] as const;
export const VIOLATIONS = [
  'unknown_event',
  'missing_property',
  'wrong_type',
  'wrong_value',
  'unknown_property',
  'unknown_touch_point',
] as const;
