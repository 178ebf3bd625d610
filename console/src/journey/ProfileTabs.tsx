import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Search } from '@/app/search';
import { Timeline } from '@/customers/profile/Timeline';
import { useT, withWords } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock } from '@/shared/ui/StateView';
import tabStyle from '@/shared/ui/tabs.module.css';
import css from './journey.module.css';

/** Each with its words, when somebody turns to it. */
const JourneyTab = lazy(() => import('./JourneyTab').then((module) => ({ default: module.JourneyTab })));
const BehaviourTab = lazy(() => import('./BehaviourTab').then((module) => ({ default: module.BehaviourTab })));
const ConsumptionTab = lazy(() =>
  withWords(['consumption'], import('./ConsumptionTab')).then((module) => ({ default: module.ConsumptionTab })),
);
/** Sources are called as where it is said whom to believe. */
const DataTab = lazy(() =>
  withWords(['fieldRegistry'], import('./DataTab')).then((module) => ({ default: module.DataTab })),
);
const ProgressTab = lazy(() =>
  withWords(['progress'], import('@/progress/ProgressTab')).then((module) => ({ default: module.ProgressTab })),
);
const RelationsTab = lazy(() =>
  withWords(['relations'], import('@/relations/RelationsTab')).then((module) => ({ default: module.RelationsTab })),
);
const LayersTab = lazy(() =>
  withWords(['customerLayers', 'segmentInsight'], import('@/layers/customer/LayersTab')).then((module) => ({
    default: module.LayersTab,
  })),
);
const PreferencesTab = lazy(() =>
  withWords(['topics'], import('@/topics/PreferencesTab')).then((module) => ({ default: module.PreferencesTab })),
);

/** With the tickets that came of the answers. */
const UsageTab = lazy(() =>
  withWords(['usageCards', 'tickets'], import('@/usageCards/UsageTab')).then((module) => ({
    default: module.UsageTab,
  })),
);

const TABS = {
  timeline: TimelineTab,
  journey: JourneyTab,
  behaviour: BehaviourTab,
  consumption: ConsumptionTab,
  data: DataTab,
  progress: ProgressTab,
  relations: RelationsTab,
  layers: LayersTab,
  preferences: PreferencesTab,
  usage: UsageTab,
} as const;
type Tab = keyof typeof TABS;

/** What a customer's facts say over time, a view at a time; which one is in the address. */
export function ProfileTabs({ id }: { id: string }) {
  const { tabs } = useT().journey;
  const search = useSearch({ strict: false }) as Search;
  const active = (Object.keys(TABS) as Tab[]).find((tab) => tab === search.tab) ?? 'timeline';
  const Shown = TABS[active];
  return (
    <div className={css.views}>
      <nav aria-label={tabs.label} className={tabStyle.tabs}>
        {(Object.keys(TABS) as Tab[]).map((tab) => (
          <Link
            key={tab}
            to="/customers/$id"
            params={{ id }}
            search={tab === 'timeline' ? {} : { tab }}
            state={true}
            replace
            resetScroll={false}
            // The address may say more than the view; which one it is says `active`.
            activeOptions={{ exact: true, includeSearch: true }}
            className={tabStyle.tab}
            aria-current={tab === active ? 'page' : undefined}
          >
            {tabs[tab]}
          </Link>
        ))}
      </nav>
      <Suspense fallback={<LoadingBlock lines={4} height={56} />}>
        <Shown id={id} />
      </Suspense>
    </div>
  );
}

function TimelineTab({ id }: { id: string }) {
  return (
    <Panel title={useT().customers.profile.timeline} flush>
      <Timeline id={id} />
    </Panel>
  );
}
