import type { Rule, RuleKind } from '../types';

/** As `domain::clerks` has them. */
export const DAYS_MAX = 365;
export const AMOUNT_MINOR_MAX = 100_000_000;
export const EVENT_CHARACTERS_MAX = 200;

/** As typed: numbers may be empty. */
export interface RuleForm {
  kind: RuleKind;
  /** In units of the currency. */
  amount: number | '';
  days: number | '';
  event: string;
}

export const EMPTY: RuleForm = { kind: 'sign_up', amount: '', days: 7, event: '' };

export interface NewRule {
  kind: RuleKind;
  amount_minor: number;
  days: number;
  event: string | null;
}

export type Fault = 'required' | 'too_small' | 'too_large';

/** What the server is asked for, or what is wrong with a field. */
export function ruleOf(
  form: RuleForm,
  exponent: number,
): { rule: NewRule } | { faults: Partial<Record<'amount_minor' | 'days', Fault>> } {
  const faults: Partial<Record<'amount_minor' | 'days', Fault>> = {};
  const minor = form.amount === '' ? null : Math.round(form.amount * 10 ** exponent);
  if (minor === null) faults.amount_minor = 'required';
  else if (minor < 1) faults.amount_minor = 'too_small';
  else if (minor > AMOUNT_MINOR_MAX) faults.amount_minor = 'too_large';
  // Where nothing takes a sign-up back, its days say nothing, and are not asked for.
  const days = form.kind === 'sign_up' && form.event.trim() === '' ? EMPTY.days : form.days;
  if (days === '') faults.days = 'required';
  else if (days < 1) faults.days = 'too_small';
  else if (days > DAYS_MAX) faults.days = 'too_large';
  if (Object.keys(faults).length > 0 || minor === null || days === '') return { faults };
  const event = form.kind === 'sign_up' ? form.event.trim() || null : null;
  return { rule: { kind: form.kind, amount_minor: minor, days, event } };
}

export function isChanged(form: RuleForm): boolean {
  return JSON.stringify(form) !== JSON.stringify(EMPTY);
}

export function goesOn({ ended_at }: Pick<Rule, 'ended_at'>): boolean {
  return ended_at === null;
}

/** Those that earn something now before those that were ended; of each the newest first. */
export function inOrder(rules: Rule[]): Rule[] {
  return [...rules].sort(
    (one, other) =>
      Number(goesOn(other)) - Number(goesOn(one)) ||
      (other.ended_at ?? other.created_at).localeCompare(one.ended_at ?? one.created_at),
  );
}

/** Rules of the same kind that earn already: a new one earns on top of them. */
export function besides(rules: Rule[], kind: RuleKind): Rule[] {
  return rules.filter((rule) => rule.kind === kind && goesOn(rule));
}
