import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '@/shared/api/client';
import { useFmt } from '@/shared/fmt';
import { type Messages, useT } from '@/shared/i18n';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { freezePlan, planQuery } from './api';
import { ChangeList } from './ChangeList';
import css from './plans.module.css';
import type { Plan } from './types';
import { useShowPlan } from './useWorkingPlan';

/** What would be different, before it counts for all that comes. */
export function FreezeDialog({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const t = useT();
  const fmt = useFmt();
  const f = t.plans.freeze;
  const queryClient = useQueryClient();
  const show = useShowPlan();
  const number = fmt.count((plan.frozen?.number ?? 0) + 1);
  const freeze = useMutation({
    mutationFn: () => freezePlan(plan.source_id, plan.version),
    onSuccess: (frozen) => {
      show(frozen);
      notify(f.done(number));
      onClose();
    },
    onError: (error) => {
      queryClient.invalidateQueries({ queryKey: planQuery(plan.source_id).queryKey });
      notify(freezeErrorText(t, error), 'danger');
      onClose();
    },
  });
  const { changes } = plan;
  return (
    <Modal
      opened
      onClose={onClose}
      title={f.title(number)}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <div className={css.dialog}>
        {plan.frozen ? (
          <>
            <p className={css.strong}>{changes.length > 0 ? f.changes(fmt.count(changes.length)) : f.none}</p>
            {changes.length > 0 && (
              <div className={css.dialogList}>
                <ChangeList changes={changes} />
              </div>
            )}
          </>
        ) : (
          <p className={css.strong}>{f.first(t.plans.draft.events(fmt.count(plan.draft?.events.length ?? 0)))}</p>
        )}
        <p>{f.text}</p>
        <p className="muted">
          {t.plans.mode.title}: {t.plans.mode.names[plan.mode as 'flag']}
        </p>
        <div className={css.dialogFoot}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button onClick={() => freeze.mutate()} loading={freeze.isPending}>
            {f.action}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

function freezeErrorText(t: Messages, error: unknown): string {
  if (!(error instanceof ApiError)) return errorText(t, error);
  if (error.code === 'conflict') return t.plans.freeze.noDraft;
  return error.code === 'precondition_failed' ? t.plans.freeze.changed : errorText(t, error);
}
