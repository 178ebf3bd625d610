import type { FromServer } from '@/shared/api/sent';

export type Clerk = FromServer<'ClerkDto'>;
export type Assignment = FromServer<'AssignmentDto'>;
export type RankingRow = FromServer<'RankingRowDto'>;
export type Statement = FromServer<'StatementDto'>;
export type StatementLine = FromServer<'StatementLineDto'>;
export type Rule = FromServer<'IncentiveRuleDto'>;
export type RuleKind = 'sign_up' | 'first_order';
export type Settlement = FromServer<'SettlementDto'>;
export type SettledClerk = FromServer<'SettledClerkDto'>;
