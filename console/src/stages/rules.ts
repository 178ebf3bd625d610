import type { Search } from '@/app/search';
import type { OwnRule, StageRule, StageTable } from './api';

/** In the order of the server's own list. */
export const KINDS = [
  'event',
  'page',
  'screen',
  'order',
  'refund',
  'gift',
  'unpaid',
  'cancelled',
  'adjustment',
  'customer_update',
  'identify',
  'alias',
  'group',
] as const;

/** Only these have names. */
export const hasNames = (kind: string) => kind === 'event' || kind === 'page' || kind === 'screen';

type Key = Pick<OwnRule, 'kind' | 'name'>;
export const isSame = (one: Key, other: Key) => one.kind === other.kind && one.name === other.name;

const ownOf = ({ rules }: StageTable): OwnRule[] =>
  rules.filter(({ is_own }) => is_own).map(({ kind, name, stage }) => ({ kind, name, stage }));

/** The brand's own rules with this one, in the place of an earlier one about the same. */
export function withRule(table: StageTable, rule: OwnRule): OwnRule[] {
  return [...withoutRule(table, rule), rule];
}

export function withoutRule(table: StageTable, rule: Key): OwnRule[] {
  return ownOf(table).filter((one) => !isSame(one, rule));
}

/** Those that the address asks for: by stage, by who made them, and by what is typed; own ones first. */
export function matching(rules: StageRule[], { search = '', stage = '', state = '' }: Search): StageRule[] {
  const wanted = search.toLowerCase();
  return rules
    .filter((rule) => stage === '' || rule.stage === stage)
    .filter((rule) => state !== 'own' || rule.is_own)
    .filter((rule) => `${rule.kind} ${rule.name}`.toLowerCase().includes(wanted))
    .sort((one, other) => Number(other.is_own) - Number(one.is_own));
}
