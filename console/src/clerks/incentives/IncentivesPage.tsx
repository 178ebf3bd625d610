import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Search } from '@/app/search';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { PageHeader } from '@/shared/ui/Panel';
import { LoadingBlock } from '@/shared/ui/StateView';
import css from '../clerks.module.css';

const RankingTab = lazy(() => import('./RankingTab').then((module) => ({ default: module.RankingTab })));
const RulesTab = lazy(() => import('./RulesTab').then((module) => ({ default: module.RulesTab })));
const SettlementsTab = lazy(() => import('./SettlementsTab').then((module) => ({ default: module.SettlementsTab })));

const TABS = ['ranking', 'rules', 'settlements'] as const;
type Tab = (typeof TABS)[number];

/** What clerks earn: who did how much, by which rules, and what was paid. */
export function IncentivesPage() {
  const t = useT();
  const i = t.clerks.incentives;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const tab: Tab = TABS.find((one) => one === search.tab) ?? 'ranking';
  useDocumentTitle(`${i.tabs[tab]} · ${i.title}`);
  return (
    <>
      <PageHeader title={i.title} aside={<Explain name={i.title} definition={i.about} />} />
      <Tabs
        value={tab}
        onChange={(next) => navigate({ to: '/incentives', search: { tab: next ?? 'ranking' }, resetScroll: false })}
        keepMounted={false}
      >
        <Tabs.List className={css.tabs}>
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {i.tabs[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Suspense fallback={<LoadingBlock lines={2} height={260} />}>
          <Tabs.Panel value="ranking">
            <RankingTab />
          </Tabs.Panel>
          <Tabs.Panel value="rules">
            <RulesTab />
          </Tabs.Panel>
          <Tabs.Panel value="settlements">
            <SettlementsTab />
          </Tabs.Panel>
        </Suspense>
      </Tabs>
    </>
  );
}
