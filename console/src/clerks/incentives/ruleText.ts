import { useBrand } from '@/customers/useBrand';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import type { NewRule } from './ruleForm';

/** A rule in one sentence. */
export function useRuleText(): (rule: Omit<NewRule, 'kind'> & { kind: string }) => string {
  const { rules: r } = useT().clerks;
  const fmt = useFmt();
  const brand = useBrand();
  return ({ kind, amount_minor, days, event }) => {
    const amount = fmt.money({ minor: amount_minor, ...brand });
    const count = fmt.count(days);
    if (kind === 'first_order') return r.firstOrderText(amount, count);
    return event === null ? r.signUpText(amount) : r.signUpUntilText(amount, count, event);
  };
}
