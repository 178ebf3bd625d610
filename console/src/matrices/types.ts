import type { FromServer } from '@/shared/api/sent';

// Shapes of matrices (which content stages of a layer may see) and of priorities of plans.

export type Matrix = FromServer<'MatrixDto'>;
export type MatrixItem = FromServer<'MatrixItemDto'>;
export type MatrixContent = FromServer<'MatrixContentDto'>;
export type MatrixStage = FromServer<'MatrixStageDto'>;
export type CustomerContents = FromServer<'CustomerContentsDto'>;
export type Priorities = FromServer<'PlanPrioritiesDto'>;
export type PriorityEntry = FromServer<'PriorityEntryDto'>;
export type PlanDecision = FromServer<'PlanDecisionDto'>;
export type PlanCandidate = FromServer<'PlanCandidateDto'>;
