import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { ErrorDetail, errorText } from '@/shared/ui/StateView';
import { updatePlan } from './api';
import { ConflictNotice } from './editor/ConflictNotice';
import { EventList } from './editor/EventList';
import css from './plans.module.css';
import type { Mode, Plan } from './types';
import { useShowPlan, type WorkingPlan } from './useWorkingPlan';

/** For one in many visits. */
const FreezeDialog = lazy(() => import('./FreezeDialog').then((module) => ({ default: module.FreezeDialog })));
const GenerateDialog = lazy(() => import('./GenerateDialog').then((module) => ({ default: module.GenerateDialog })));
const DiscardDialog = lazy(() => import('./DiscardDialog').then((module) => ({ default: module.DiscardDialog })));

interface Props {
  plan: Plan;
  working: WorkingPlan;
}

/** The draft, to be changed and frozen; where there is none, the version that counts. */
export function PlanPanel({ plan, working }: Props) {
  const t = useT();
  const fmt = useFmt();
  const d = t.plans.draft;
  const mayChange = useCan()('sources.manage');
  const [asked, setAsked] = useState<'freeze' | 'generate' | 'discard' | null>(null);
  const close = () => setAsked(null);
  const document = working.document ?? plan.frozen?.plan ?? { events: [] };
  const isDraft = working.document !== null;
  const freeze = async () => {
    if (!working.changed || (await working.save())) setAsked('freeze');
  };
  return (
    <Panel
      title={isDraft || !plan.frozen ? d.title : d.frozenTitle(fmt.count(plan.frozen.number))}
      actions={
        mayChange && (
          <>
            <Button variant="default" onClick={() => setAsked('generate')}>
              {d.regenerate}
            </Button>
            {isDraft ? (
              <>
                {plan.frozen && (
                  <Button variant="default" onClick={() => setAsked('discard')}>
                    {d.discard}
                  </Button>
                )}
                <Button onClick={freeze} loading={working.saving} disabled={document.events.length === 0}>
                  {d.freeze}
                </Button>
              </>
            ) : (
              <BeginButton plan={plan} />
            )}
          </>
        )
      }
      testId="plan-document"
    >
      <LeaveGuard when={working.changed} onDiscard={working.revert} />
      <p className={css.lead}>
        {d.events(fmt.count(document.events.length))}
        {isDraft && <> · {d.text}</>}
        {!isDraft && plan.frozen && <> · {d.frozenBy(fmt.listTime(plan.frozen.frozen_at))}</>}
      </p>
      {working.restoredAt && working.changed && !working.conflict && (
        <DraftNotice at={working.restoredAt} onDiscard={working.revert} />
      )}
      {working.conflict && <ConflictNotice working={working} conflict={working.conflict} />}
      <EventList
        events={document.events}
        refused={working.refused}
        onChange={isDraft && mayChange ? (events) => working.edit({ events }) : undefined}
      />
      {working.changed && <SaveBar working={working} />}
      <Suspense fallback={null}>
        {asked === 'freeze' && <FreezeDialog plan={plan} onClose={close} />}
        {asked === 'generate' && <GenerateDialog plan={plan} working={working} onClose={close} />}
        {asked === 'discard' && <DiscardDialog plan={plan} working={working} onClose={close} />}
      </Suspense>
    </Panel>
  );
}

/** A draft of what counts now, to go on from. */
function BeginButton({ plan }: { plan: Plan }) {
  const t = useT();
  const d = t.plans.draft;
  const show = useShowPlan();
  const begin = useMutation({
    mutationFn: () => updatePlan(plan.source_id, plan.version, plan.mode as Mode, plan.frozen?.plan ?? null),
    onSuccess: (saved) => {
      show(saved);
      notify(d.began);
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <Button onClick={() => begin.mutate()} loading={begin.isPending}>
      {d.begin}
    </Button>
  );
}

/** Stays in view while there is something to save. */
function SaveBar({ working }: { working: WorkingPlan }) {
  const t = useT();
  const d = t.plans.draft;
  const isEmpty = working.document?.events.length === 0;
  const save = async () => {
    if (await working.save()) notify(d.saved);
  };
  return (
    <div className={css.saveBar} data-testid="save-bar">
      <div className={css.saveText} role="status">
        {isEmpty ? d.empty : d.unsaved}
        {working.error ? (
          <div className={css.refused}>
            <p>{working.refused.length > 0 ? d.refused : errorText(t, working.error)}</p>
            <ErrorDetail error={working.error} />
          </div>
        ) : null}
      </div>
      <Button variant="default" onClick={working.revert}>
        {d.revert}
      </Button>
      <Button onClick={save} loading={working.saving} disabled={isEmpty || working.conflict !== null}>
        {d.save}
      </Button>
    </div>
  );
}
