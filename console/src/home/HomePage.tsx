import { Button } from '@mantine/core';
import { IconDatabaseImport, IconFileSpreadsheet } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Overview } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Later } from '@/shared/ui/Later';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { NoValueRun } from '@/value/NoValueRun';
import { valuesAreOld } from '@/value/oldValues';
import { RecalculateButton } from '@/value/RecalculateButton';
import { overviewQuery, useRunAfterImport } from './api';
import { HomeFigures } from './HomeFigures';
import css from './home.module.css';
import { NorthStar } from './NorthStar';
import { TrendPanel } from './TrendPanel';
import { wholeTrend } from './trend';

/** Below the first screen: the page is there before. */
const GroupsPanel = lazy(() => import('@/value/GroupsPanel').then((module) => ({ default: module.GroupsPanel })));
const AttentionPanel = lazy(() => import('./AttentionPanel').then((module) => ({ default: module.AttentionPanel })));
const FreshnessPanel = lazy(() => import('./FreshnessPanel').then((module) => ({ default: module.FreshnessPanel })));
const ChangePanel = lazy(() => import('./ChangePanel').then((module) => ({ default: module.ChangePanel })));

export function HomePage() {
  const t = useT();
  const fmt = useFmt();
  const query = useQuery(overviewQuery);
  useRunAfterImport(query.data);
  useDocumentTitle(t.home.title);
  const freshness = query.data?.data_freshness;
  return (
    <>
      <PageHeader
        title={t.home.title}
        meta={
          query.data && (
            <>
              {query.data.as_of && <span>{t.common.valuesAsOf(query.data.as_of)}</span>}
              {freshness?.last_import && (
                <span
                  title={
                    freshness.last_import.finished_at ? fmt.fullTime(freshness.last_import.finished_at) : undefined
                  }
                >
                  {freshness.last_import.files.join(', ')}
                </span>
              )}
              {query.data && valuesAreOld(query.data, fmt.day) && <Chip tone="warning">{t.value.stale}</Chip>}
            </>
          )
        }
      />
      <QueryView query={query} loading={<LoadingBlock lines={3} height={160} />}>
        {(overview) => (overview.has_data ? <Dashboard overview={overview} /> : <FirstUse overview={overview} />)}
      </QueryView>
    </>
  );
}

function Dashboard({ overview }: { overview: Overview }) {
  const t = useT();
  const { as_of: asOf, currency } = overview;
  const trend = wholeTrend(overview.trend);
  return (
    <div className={css.stack}>
      {overview.total_value ? (
        <NorthStar total={overview.total_value} asOf={asOf} />
      ) : (
        <NoValueRun text={t.home.noValueText}>
          <RecalculateButton primary />
        </NoValueRun>
      )}
      <HomeFigures overview={overview} trend={trend} />
      <Later>
        <div className={css.columns}>
          <div className={css.stack}>
            {trend.length > 0 && <TrendPanel trend={trend} asOf={asOf} currency={currency} />}
            <Suspense fallback={<LoadingBlock lines={6} height={32} />}>
              <AttentionPanel attention={overview.attention} asOf={asOf} />
            </Suspense>
          </div>
          <div className={css.stack}>
            {overview.groups.length > 0 && (
              <Suspense fallback={<LoadingBlock lines={8} height={32} />}>
                <GroupsPanel
                  title={t.home.groups}
                  groups={overview.groups}
                  shareName={t.value.shareOfLifetime}
                  asOf={asOf}
                  currency={currency}
                />
              </Suspense>
            )}
            {overview.change && (
              <Suspense fallback={<LoadingBlock height={160} />}>
                <ChangePanel change={overview.change} />
              </Suspense>
            )}
            <Suspense fallback={<LoadingBlock height={160} />}>
              <FreshnessPanel overview={overview} />
            </Suspense>
          </div>
        </div>
      </Later>
    </div>
  );
}

function FirstUse({ overview }: { overview: Overview }) {
  const t = useT();
  const f = t.home.firstUse;
  return (
    <div className={css.stack}>
      <Panel>
        <StateView
          testId="state-first-use"
          icon={<IconFileSpreadsheet size={32} stroke={1.5} />}
          title={f.title}
          text={f.text}
        >
          <Button component={Link} to="/imports/new" leftSection={<IconDatabaseImport size={16} />}>
            {f.action}
          </Button>
          <Button component={Link} to="/settings" variant="default">
            {f.settings}
          </Button>
        </StateView>
        <ol className={css.steps}>
          {f.steps.map((step, index) => (
            <li key={step}>
              <span aria-hidden="true">{index + 1}</span>
              {step}
            </li>
          ))}
        </ol>
      </Panel>
      {(overview.imports.unfinished > 0 || overview.jobs.running > 0 || overview.jobs.dead > 0) && (
        <Suspense fallback={<LoadingBlock height={160} />}>
          <FreshnessPanel overview={overview} />
        </Suspense>
      )}
    </div>
  );
}
