import { Button, NativeSelect } from '@mantine/core';
import { IconClipboardList } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan } from '@/access/me';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { StateView } from '@/shared/ui/StateView';
import css from './plans.module.css';
import type { Plan } from './types';
import { DAYS, DAYS_USUAL, generateErrorText, useGenerate } from './useGenerate';
import type { WorkingPlan } from './useWorkingPlan';

interface Props {
  plan: Plan;
  working: WorkingPlan;
  hasMessages: boolean;
}

/** No plan yet: what it is for, and the ways to one. */
export function FirstUse({ plan, working, hasMessages }: Props) {
  const t = useT();
  const f = t.plans.first;
  const can = useCan();
  const [days, setDays] = useState<number>(DAYS_USUAL);
  const generate = useGenerate(plan.source_id, working);
  const mayChange = can('sources.manage');
  const text = hasMessages ? f.text : f.nothingText;
  return (
    <Panel>
      <StateView
        testId="state-first-use"
        icon={<IconClipboardList size={28} stroke={1.5} />}
        title={hasMessages ? f.title : f.nothingTitle}
        text={mayChange ? text : `${f.text} ${f.askManager(t.common.rights['sources.manage'])}`}
      >
        {mayChange && (
          <div className={css.firstActions}>
            {hasMessages && (
              <NativeSelect
                aria-label={f.days}
                value={String(days)}
                onChange={(event) => setDays(Number(event.currentTarget.value))}
                data={DAYS.map((value) => ({ value: String(value), label: f.lastDays[value] }))}
              />
            )}
            {hasMessages ? (
              <Button onClick={() => generate.mutate(days)} loading={generate.isPending}>
                {f.generate}
              </Button>
            ) : (
              <Button component={Link} to={`/sources/${plan.source_id}`} variant="filled">
                {f.connect}
              </Button>
            )}
            <Button variant="default" onClick={() => working.edit({ events: [] })}>
              {f.write}
            </Button>
          </div>
        )}
      </StateView>
      {generate.error && (
        <div role="alert" className={css.centred}>
          <Notice tone="warning">{generateErrorText(t, generate.error)}</Notice>
        </div>
      )}
    </Panel>
  );
}
