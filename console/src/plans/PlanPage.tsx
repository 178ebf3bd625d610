import { useQuery } from '@tanstack/react-query';
import type { SourceDetail } from '@/shared/api/types';
import { Later } from '@/shared/ui/Later';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { SourceScreen } from '@/sources/SourceScreen';
import { planQuery } from './api';
import { CoverageSection } from './coverage/CoverageSection';
import { FirstUse } from './FirstUse';
import { ModePanel } from './ModePanel';
import { PlanPanel } from './PlanPanel';
import css from './plans.module.css';
import type { Plan } from './types';
import { useWorkingPlan } from './useWorkingPlan';
import { VersionsPanel } from './VersionsPanel';

/** What a source is to send: the draft, the version that counts, and how what comes compares with it. */
export function PlanPage() {
  return <SourceScreen view="plan">{(detail) => <PlanView detail={detail} />}</SourceScreen>;
}

function PlanView({ detail }: { detail: SourceDetail }) {
  const query = useQuery(planQuery(detail.source.id));
  return (
    <QueryView query={query} quiet loading={<LoadingBlock lines={4} height={80} />}>
      {(plan) => <PlanParts plan={plan} hasMessages={detail.totals.last_at !== null} />}
    </QueryView>
  );
}

function PlanParts({ plan, hasMessages }: { plan: Plan; hasMessages: boolean }) {
  const working = useWorkingPlan(plan);
  if (!plan.frozen && !working.document) return <FirstUse plan={plan} working={working} hasMessages={hasMessages} />;
  return (
    <div className={css.section}>
      <ModePanel plan={plan} />
      {plan.frozen && <CoverageSection id={plan.source_id} />}
      <PlanPanel plan={plan} working={working} />
      {plan.frozen && (
        <Later>
          <VersionsPanel id={plan.source_id} current={plan.frozen.number} />
        </Later>
      )}
    </div>
  );
}
