import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { SourceDetail } from '@/shared/api/types';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { SourceScreen } from '@/sources/SourceScreen';
import { planQuery } from './api';
import { FirstUse } from './FirstUse';
import { ModePanel } from './ModePanel';
import css from './plans.module.css';
import type { Plan } from './types';
import { useWorkingPlan } from './useWorkingPlan';

/** Each part comes by itself, so that what to do with messages is there first. */
const CoverageSection = lazy(() =>
  import('./coverage/CoverageSection').then((module) => ({ default: module.CoverageSection })),
);
const PlanPanel = lazy(() => import('./PlanPanel').then((module) => ({ default: module.PlanPanel })));
const VersionsPanel = lazy(() => import('./VersionsPanel').then((module) => ({ default: module.VersionsPanel })));

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
      {plan.frozen && (
        <Suspense fallback={<LoadingBlock lines={4} height={90} />}>
          <CoverageSection id={plan.source_id} />
        </Suspense>
      )}
      <Suspense fallback={<LoadingBlock lines={6} height={40} />}>
        <PlanPanel plan={plan} working={working} />
      </Suspense>
      {plan.frozen && (
        <Suspense fallback={<LoadingBlock lines={2} height={40} />}>
          <VersionsPanel id={plan.source_id} current={plan.frozen.number} />
        </Suspense>
      )}
    </div>
  );
}
