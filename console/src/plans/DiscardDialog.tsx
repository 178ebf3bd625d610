import { useMutation } from '@tanstack/react-query';
import { useT } from '@/shared/i18n';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { updatePlan } from './api';
import type { Mode, Plan } from './types';
import { useShowPlan, type WorkingPlan } from './useWorkingPlan';

interface Props {
  plan: Plan;
  working: WorkingPlan;
  onClose: () => void;
}

export function DiscardDialog({ plan, working, onClose }: Props) {
  const t = useT();
  const d = t.plans.draft;
  const show = useShowPlan();
  const discard = useMutation({
    mutationFn: () => updatePlan(plan.source_id, plan.version, plan.mode as Mode, null),
    onSuccess: (saved) => {
      working.revert();
      show(saved);
      notify(d.discarded);
      onClose();
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <ConfirmDialog
      danger
      title={d.discardTitle}
      text={d.discardText}
      action={d.discard}
      working={discard.isPending}
      onConfirm={() => discard.mutate()}
      onClose={onClose}
    />
  );
}
