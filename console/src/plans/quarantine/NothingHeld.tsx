import { Button } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { StateView } from '@/shared/ui/StateView';
import { planQuery } from '../api';
import type { Mode } from '../types';

/** Nothing is held: because all is as planned, or because nothing would be. */
export function NothingHeld({ id }: { id: string }) {
  const t = useT();
  const q = t.quarantine;
  const { data: plan } = useQuery(planQuery(id));
  const because = !plan
    ? ''
    : plan.frozen === null
      ? q.emptyNoPlan
      : plan.mode === 'quarantine'
        ? ''
        : q.emptyOther(t.plans.mode.names[plan.mode as Mode]);
  return (
    <Panel>
      <StateView
        testId="state-nothing-held"
        icon={<IconShieldCheck size={28} stroke={1.5} />}
        title={q.emptyTitle}
        text={`${q.emptyText} ${because}`.trim()}
      >
        <Button component={Link} to={`/sources/${id}/plan`} variant="default">
          {q.toPlan}
        </Button>
      </StateView>
    </Panel>
  );
}
