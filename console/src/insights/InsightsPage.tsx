import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { PageHeader } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { LoadingBlock } from '@/shared/ui/StateView';
import tabs from '@/shared/ui/tabs.module.css';

const TestsTab = lazy(() => import('./TestsTab').then((module) => ({ default: module.TestsTab })));
const AttributesTab = lazy(() => import('./AttributesTab').then((module) => ({ default: module.AttributesTab })));

const TrialsTab = lazy(() => import('./TrialsTab').then((module) => ({ default: module.TrialsTab })));

const TABS = ['tests', 'attributes', 'trials'] as const;

/** What was tried and what came of it; what customers value and how content they are. */
export function InsightsPage() {
  const t = useT();
  const i = t.insights;
  const can = useCan();
  const search = useSearch({ strict: false }) as Search;
  const tab = TABS.find((one) => one === search.tab) ?? 'tests';
  useDocumentTitle(`${i.tabs[tab]} · ${i.title}`);
  return (
    <>
      <PageHeader
        title={i.title}
        aside={<Explain name={i.title} definition={i.about} />}
        meta={!can('segments.manage') && i.askManager(t.common.rights['segments.manage'])}
      />
      <nav aria-label={i.title} className={`${tabs.tabs} ${tabs.apart}`}>
        {TABS.map((one) => (
          <Link
            key={one}
            to="/insights"
            search={one === 'tests' ? {} : { tab: one }}
            className={tabs.tab}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={one === tab ? 'page' : undefined}
            resetScroll={false}
          >
            {i.tabs[one]}
          </Link>
        ))}
      </nav>
      <div className={registry.stack}>
        <Suspense fallback={<LoadingBlock lines={4} height={60} />}>
          {tab === 'tests' && <TestsTab />}
          {tab === 'attributes' && <AttributesTab />}
          {tab === 'trials' && <TrialsTab />}
        </Suspense>
      </div>
    </>
  );
}
