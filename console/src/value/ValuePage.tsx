import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { PageHeader } from '@/shared/ui/Panel';
import { LoadingBlock } from '@/shared/ui/StateView';
import { valueQuery } from './api';
import { useOldValues, valuedCustomers } from './oldValues';
import { RecalculateButton } from './RecalculateButton';
import css from './value.module.css';

const BacktestTab = lazy(() => import('./backtest/BacktestTab').then((module) => ({ default: module.BacktestTab })));
const CohortsTab = lazy(() => import('./cohorts/CohortsTab').then((module) => ({ default: module.CohortsTab })));
const DistributionTab = lazy(() =>
  import('./distribution/DistributionTab').then((module) => ({ default: module.DistributionTab })),
);
const RfmTab = lazy(() => import('./rfm/RfmTab').then((module) => ({ default: module.RfmTab })));

const TABS = ['rfm', 'distribution', 'cohorts', 'backtest'] as const;
type Tab = (typeof TABS)[number];

export function ValuePage() {
  const t = useT();
  const fmt = useFmt();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const report = useQuery(valueQuery);
  const old = useOldValues();
  const tab: Tab = TABS.find((one) => one === search.tab) ?? 'rfm';
  useDocumentTitle(`${t.value.tabs[tab]} · ${t.value.title}`);
  return (
    <>
      <PageHeader
        title={t.value.title}
        meta={
          report.data && (
            <>
              <span>{t.common.asOf(report.data.as_of)}</span>
              <Link
                to="/customers"
                search={valuedCustomers(report.data.customers)}
                data-testid="value-customers"
                data-count={report.data.customers}
              >
                {t.value.customersCounted(fmt.count(report.data.customers))}
              </Link>
              <span>{t.value.runSince(fmt.duration(Math.max(1, report.data.run.seconds)))}</span>
              {old && <Chip tone="warning">{t.value.stale}</Chip>}
            </>
          )
        }
        actions={<RecalculateButton />}
      />
      <Tabs
        value={tab}
        onChange={(next) => navigate({ to: '/value', search: { tab: next ?? 'rfm' }, resetScroll: false })}
        keepMounted={false}
      >
        <Tabs.List className={css.tabs}>
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t.value.tabs[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Suspense fallback={<LoadingBlock lines={2} height={260} />}>
          <Tabs.Panel value="rfm">
            <RfmTab />
          </Tabs.Panel>
          <Tabs.Panel value="distribution">
            <DistributionTab report={report.data} />
          </Tabs.Panel>
          <Tabs.Panel value="cohorts">
            <CohortsTab />
          </Tabs.Panel>
          <Tabs.Panel value="backtest">
            <BacktestTab report={report} />
          </Tabs.Panel>
        </Suspense>
      </Tabs>
    </>
  );
}
