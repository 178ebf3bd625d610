import { ActionIcon, Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Later } from '@/shared/ui/Later';
import { BackNav, PageHeader } from '@/shared/ui/Panel';
import { ErrorPanel, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { CountCompact, Missing, MoneyCompact } from '@/shared/ui/Values';
import { useTree } from '@/stores/useTree';
import { AssignmentsPanel } from './AssignmentsPanel';
import { clerksQuery, rankingQuery } from './api';
import { assignmentNow } from './assignments';
import css from './clerks.module.css';
import { PeriodChoice, usePeriod } from './PeriodChoice';
import type { Period } from './period';
import { SalesPanel } from './SalesPanel';
import { StatementPanel } from './StatementPanel';
import { StoreName } from './StoreName';
import { soldBy } from './sales';
import type { Clerk } from './types';

/** For one in many visits. */
const MoveDialog = lazy(() => import('./MoveDialog').then((module) => ({ default: module.MoveDialog })));

/** One clerk: where from when to when, what was sold and signed up in a period, and what it earned line by line. */
export function ClerkDetailPage() {
  const t = useT();
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(clerksQuery);
  const clerk = query.data?.items.find((one) => one.id === id);
  useDocumentTitle(clerk ? `${clerk.name} · ${t.clerks.title}` : t.clerks.title);
  return (
    <QueryView query={query} quiet loading={<LoadingBlock lines={3} height={100} />}>
      {() => (clerk ? <View key={id} clerk={clerk} /> : <NotFoundView />)}
    </QueryView>
  );
}

function View({ clerk }: { clerk: Clerk }) {
  const t = useT();
  const c = t.clerks;
  const period = usePeriod();
  const now = assignmentNow(clerk);
  return (
    <div data-testid="clerk">
      <BackNav label={c.title}>
        <Link to="/clerks">← {c.title}</Link>
      </BackNav>
      <PageHeader
        title={<span translate="no">{clerk.name}</span>}
        meta={
          <>
            {now ? <StoreName id={now.store} /> : <Chip tone="warning">{c.noStore}</Chip>}
            <Code code={clerk.code} />
          </>
        }
        actions={<Actions clerk={clerk} />}
      />
      <div className={css.stack}>
        <PeriodChoice period={period} />
        {period.isValid && (
          <>
            <Figures clerk={clerk} period={period} />
            <StatementPanel clerk={clerk} period={period} />
          </>
        )}
        <Later>
          {period.isValid && <SalesPanel clerk={clerk} period={period} />}
          <AssignmentsPanel clerk={clerk} />
        </Later>
      </div>
    </div>
  );
}

function Code({ code }: { code: string }) {
  const t = useT();
  return (
    <span className={css.code}>
      {t.clerks.column.code}{' '}
      <span className="mono" translate="no">
        {code}
      </span>
      <CopyButton value={code}>
        {({ copied, copy }) => (
          <ActionIcon size={24} onClick={copy} aria-label={copied ? t.common.copied : t.common.copy}>
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        )}
      </CopyButton>
      <Explain name={t.clerks.column.code} definition={t.clerks.codeText} />
    </span>
  );
}

function Actions({ clerk }: { clerk: Clerk }) {
  const { move: m } = useT().clerks;
  const can = useCan();
  const tree = useTree();
  const [asked, setAsked] = useState<'move' | 'leave' | null>(null);
  if (!can('stores.manage')) return null;
  const isInStore = assignmentNow(clerk) !== null;
  return (
    <>
      <Button variant="default" onClick={() => setAsked('move')}>
        {isInStore ? m.action : m.assign}
      </Button>
      {isInStore && (
        <Button variant="default" onClick={() => setAsked('leave')}>
          {m.leave}
        </Button>
      )}
      <Suspense fallback={null}>
        {asked && tree && <MoveDialog clerk={clerk} what={asked} tree={tree} onClose={() => setAsked(null)} />}
      </Suspense>
    </>
  );
}

/** Of the days that were chosen, from the ranking: so the figures are those that are compared there. */
function Figures({ clerk, period }: { clerk: Clerk; period: Period }) {
  const { figures: f } = useT().clerks;
  const query = useQuery(rankingQuery(period.from, period.to));
  if (query.error && !query.data) return <ErrorPanel error={query.error} onRetry={() => query.refetch()} />;
  const row = query.data?.items.find(({ clerk_id }) => clerk_id === clerk.id);
  const sold = row && soldBy(row);
  return (
    <FigureStrip label={f.label}>
      <Figure name={f.signUps} testId="clerk-sign-ups">
        {row ? <CountCompact value={row.sign_ups} /> : <Missing />}
      </Figure>
      <Figure name={f.orders} testId="clerk-orders" explain={<Explain name={f.orders} definition={f.ordersAre} />}>
        {sold ? <CountCompact value={sold.orders} /> : <Missing />}
      </Figure>
      <Figure name={f.net} testId="clerk-net" explain={<Explain name={f.net} definition={f.netIs} />}>
        <MoneyCompact value={sold?.net ?? null} />
      </Figure>
      <Figure name={f.earned} testId="clerk-earned" explain={<Explain name={f.earned} definition={f.earnedIs} />}>
        <MoneyCompact value={row?.earned ?? null} />
      </Figure>
    </FigureStrip>
  );
}
