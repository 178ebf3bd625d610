import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { isNotBuilt } from '@/segments/api';
import { ApiError } from '@/shared/api/client';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { errorText, LoadingBlock } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { decidePlan, decisionsQuery } from '../api';
import type { PlanCandidate, PlanDecision } from '../types';
import css from './plans.module.css';

/** Which plan was chosen for a customer, and which were suppressed; the newest decision in full, the others below. */
export function PlansPanel({ id }: { id: string }) {
  const t = useT();
  const p = t.customerLayers.plans;
  const can = useCan();
  const queryClient = useQueryClient();
  const query = useInfiniteQuery(decisionsQuery(id));
  const keyOf = useKeyOfAttempt();
  const decisions = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const decide = useMutation({
    // Pressed again after a lost answer it is the same decision; after another decision it is another one.
    mutationFn: () => decidePlan(id, keyOf({ id, after: decisions[0]?.id ?? null })),
    onSuccess: () => notify(p.done),
    onError: (error) => {
      const isEmpty = error instanceof ApiError && error.status === 409;
      notify(isEmpty ? p.noPriorities : isNotBuilt(error) ? p.notBuilt : errorText(t, error), 'danger');
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: decisionsQuery(id).queryKey }),
  });
  const [newest, ...earlier] = decisions;
  return (
    <Panel
      title={p.title}
      explain={<Explain name={p.title} definition={p.about} />}
      testId="customer-plans"
      actions={
        can('customers.write') && (
          <Button variant="default" size="xs" loading={decide.isPending} onClick={() => decide.mutate()}>
            {p.decide}
          </Button>
        )
      }
    >
      <PagedError query={query} />
      {query.isPending && <LoadingBlock lines={3} height={32} />}
      {query.data && !newest && (
        <p className="muted" data-testid="state-no-decisions">
          {p.none}{' '}
          <Link to="/matrices" search={{ tab: 'priorities' }}>
            {p.toPriorities}
          </Link>
        </p>
      )}
      {newest && <Newest decision={newest} />}
      {earlier.length > 0 && <Earlier decisions={earlier} />}
      <LoadMore query={query} />
    </Panel>
  );
}

function Newest({ decision }: { decision: PlanDecision }) {
  const p = useT().customerLayers.plans;
  const fmt = useFmt();
  const { chosen, agreeing, suppressed } = decision;
  const rows: { candidate: PlanCandidate; outcome: 'chosen' | 'agreeing' | 'suppressed' }[] = [
    ...(chosen ? [{ candidate: chosen, outcome: 'chosen' as const }] : []),
    ...agreeing.map((candidate) => ({ candidate, outcome: 'agreeing' as const })),
    ...suppressed.map((candidate) => ({ candidate, outcome: 'suppressed' as const })),
  ];
  return (
    <div data-testid="decision-newest">
      <p className={css.lead}>
        <When at={decision.at} /> {p.byVersion(fmt.count(decision.priorities_version))}{' '}
        <span translate="no">{decision.decided_by}</span>
      </p>
      {rows.length === 0 ? (
        <p>{p.noStage}</p>
      ) : (
        <RowTable
          label={p.title}
          rows={rows}
          rowKey={({ candidate }) => `${candidate.layer} ${candidate.stage}`}
          rowTestId={({ outcome }) => `plan-${outcome}`}
          columns={[
            {
              key: 'plan',
              header: p.plan,
              render: ({ candidate, outcome }) => (
                <span className={outcome === 'chosen' ? css.chosen : undefined} translate="no">
                  {candidate.plan}
                </span>
              ),
            },
            {
              key: 'outcome',
              header: p.outcome,
              render: ({ outcome }) => (
                <Chip tone={outcome === 'chosen' ? 'success' : outcome === 'agreeing' ? 'info' : 'neutral'}>
                  {p.outcomes[outcome]}
                </Chip>
              ),
            },
            {
              key: 'stage',
              header: p.stage,
              render: ({ candidate }) => (
                <span translate="no">{p.inLayer(candidate.layer_name, candidate.stage_name)}</span>
              ),
            },
          ]}
        />
      )}
    </div>
  );
}

function Earlier({ decisions }: { decisions: PlanDecision[] }) {
  const p = useT().customerLayers.plans;
  const fmt = useFmt();
  return (
    <section className={css.earlier} aria-label={p.earlier} data-testid="decisions-earlier">
      <h3 className={css.sub}>{p.earlier}</h3>
      <RowTable
        label={p.earlier}
        rows={decisions}
        rowKey={({ id }) => id}
        columns={[
          { key: 'at', header: p.at, render: ({ at }) => <When at={at} /> },
          {
            key: 'chosen',
            header: p.outcomes.chosen,
            render: ({ chosen }) => (chosen ? <span translate="no">{chosen.plan}</span> : p.nothing),
          },
          {
            key: 'suppressed',
            header: p.outcomes.suppressed,
            render: ({ suppressed }) => <span translate="no">{suppressed.map(({ plan }) => plan).join(', ')}</span>,
          },
          {
            key: 'version',
            header: p.version,
            numeric: true,
            render: ({ priorities_version }) => fmt.count(priorities_version),
          },
        ]}
      />
    </section>
  );
}
