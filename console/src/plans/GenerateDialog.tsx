import { Button, Modal, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import css from './plans.module.css';
import type { Plan } from './types';
import { DAYS, DAYS_USUAL, generateErrorText, useGenerate } from './useGenerate';
import type { WorkingPlan } from './useWorkingPlan';

interface Props {
  plan: Plan;
  working: WorkingPlan;
  onClose: () => void;
}

/** A draft is about to take the place of another one: that is asked about first. */
export function GenerateDialog({ plan, working, onClose }: Props) {
  const t = useT();
  const { draft: d, first: f } = t.plans;
  const [days, setDays] = useState<number>(DAYS_USUAL);
  const generate = useGenerate(plan.source_id, working, onClose);
  return (
    <Modal opened onClose={onClose} title={d.regenerateTitle} closeButtonProps={{ 'aria-label': t.common.close }}>
      <div className={css.dialog}>
        <p>{d.regenerateText}</p>
        <NativeSelect
          label={f.days}
          value={String(days)}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
          data={DAYS.map((value) => ({ value: String(value), label: f.lastDays[value] }))}
        />
        {generate.error && (
          <div role="alert">
            <Notice tone="warning">{generateErrorText(t, generate.error)}</Notice>
          </div>
        )}
        <div className={css.dialogFoot}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button onClick={() => generate.mutate(days)} loading={generate.isPending}>
            {f.generate}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
