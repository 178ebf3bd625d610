import { Radio } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { lookup, useT } from '@/shared/i18n';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { errorText } from '@/shared/ui/StateView';
import { updatePlan } from './api';
import css from './plans.module.css';
import { MODES, type Mode, type Plan } from './types';
import { useShowPlan } from './useWorkingPlan';

/** For one in many visits. */
const ConfirmDialog = lazy(() =>
  import('@/shared/ui/ConfirmDialog').then((module) => ({ default: module.ConfirmDialog })),
);

/** What is done with messages that are not as planned. It takes effect for all that come, so it is asked about. */
export function ModePanel({ plan }: { plan: Plan }) {
  const t = useT();
  const m = t.plans.mode;
  const can = useCan();
  const show = useShowPlan();
  const [wanted, setWanted] = useState<Mode | null>(null);
  const change = useMutation({
    mutationFn: (mode: Mode) => updatePlan(plan.source_id, plan.version, mode, plan.draft),
    onSuccess: (saved, mode) => {
      show(saved);
      setWanted(null);
      notify(m.done(m.names[mode]));
    },
    onError: (error) => {
      setWanted(null);
      notify(errorText(t, error), 'danger');
    },
  });
  const mayChange = can('sources.manage');
  return (
    <Panel title={m.title} testId="plan-mode">
      <Radio.Group
        value={plan.mode}
        onChange={(value) => value !== plan.mode && setWanted(value as Mode)}
        aria-label={m.title}
      >
        <div className={css.modes}>
          {MODES.map((mode) => (
            <div key={mode} className={css.mode} data-chosen={plan.mode === mode || undefined}>
              <Radio value={mode} label={m.names[mode]} description={m.texts[mode]} disabled={!mayChange} />
            </div>
          ))}
        </div>
      </Radio.Group>
      {!plan.frozen && <p className={css.hint}>{m.notFrozen}</p>}
      {!mayChange && <p className={css.hint}>{m.readOnly(lookup(t.common.rights, 'sources.manage'))}</p>}
      <Suspense fallback={null}>
        {wanted && (
          <ConfirmDialog
            title={m.confirmTitle(m.names[wanted])}
            text={m.confirm[wanted]}
            action={m.action(m.names[wanted])}
            working={change.isPending}
            onConfirm={() => change.mutate(wanted)}
            onClose={() => setWanted(null)}
          />
        )}
      </Suspense>
    </Panel>
  );
}
