import type { FromServer } from '@/shared/api/sent';

export type InnovationTest = FromServer<'InnovationTestDto'>;
export type Comparison = FromServer<'ComparisonDto'>;
export type Innovation = FromServer<'InnovationDto'>;
export type Verdict = FromServer<'TestVerdictDto'>;
export type Attribute = FromServer<'AttributeDto'>;
export type Quadrant = FromServer<'QuadrantDto'>;
export type Trial = FromServer<'TrialDto'>;
export type Trials = FromServer<'TrialsDto'>;
export type Owner = FromServer<'AttributeOwnerDto'>;
