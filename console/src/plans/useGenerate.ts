import { useMutation } from '@tanstack/react-query';
import { ApiError } from '@/shared/api/client';
import { useFmt } from '@/shared/fmt';
import { type Messages, useT } from '@/shared/i18n';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { generatePlan } from './api';
import { useShowPlan, type WorkingPlan } from './useWorkingPlan';

export const DAYS = [1, 7, 30, 90] as const;
export const DAYS_USUAL = 30;

/** A draft from what arrived takes the place of whatever draft there is. */
export function useGenerate(id: string, working: WorkingPlan, onDone?: () => void) {
  const t = useT();
  const fmt = useFmt();
  const show = useShowPlan();
  return useMutation({
    mutationFn: (days: number) => generatePlan(id, days),
    onSuccess: ({ plan, facts, left_out }) => {
      const f = t.plans.first;
      working.revert();
      show(plan);
      notify(left_out > 0 ? `${f.made(fmt.count(facts))} ${f.leftOut(fmt.count(left_out))}` : f.made(fmt.count(facts)));
      onDone?.();
    },
  });
}

/** The only conflict that there is here: nothing came in the time that was chosen. */
export function generateErrorText(t: Messages, error: unknown): string {
  return error instanceof ApiError && error.code === 'conflict' ? t.plans.first.nothingCame : errorText(t, error);
}
