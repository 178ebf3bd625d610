import { queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { FromServer } from '@/shared/api/sent';

export type StageTable = FromServer<'StagesDto'>;
export type StageRule = FromServer<'StageRuleDto'>;
export type OwnRule = Omit<StageRule, 'is_own'>;

/** All rules by kind and name, the default ones with the brand's own in their place. */
export const stagesQuery = queryOptions({
  queryKey: ['journey-stages'],
  queryFn: ({ signal }) => api.get<StageTable>('/journey-stages', undefined, signal),
});

/** All of the brand's own rules, if nobody else has changed them since `version`. */
export async function putStages(version: number, rules: OwnRule[]): Promise<StageTable> {
  const body = { rules: rules.map(({ kind, name, stage }) => ({ kind, name: name === '' ? null : name, stage })) };
  return (await api.put<StageTable>('/journey-stages', body, { 'If-Match': `"${version}"` })).data;
}
