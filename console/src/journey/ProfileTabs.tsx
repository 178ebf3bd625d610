import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Search } from '@/app/search';
import { Timeline } from '@/customers/profile/Timeline';
import { useT, withWords } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock } from '@/shared/ui/StateView';
import css from './journey.module.css';

/** Each with its words, when somebody turns to it. */
const JourneyTab = lazy(() => import('./JourneyTab').then((module) => ({ default: module.JourneyTab })));
const BehaviourTab = lazy(() => import('./BehaviourTab').then((module) => ({ default: module.BehaviourTab })));
const ProgressTab = lazy(() =>
  withWords(['progress'], import('@/progress/ProgressTab')).then((module) => ({ default: module.ProgressTab })),
);
const RelationsTab = lazy(() =>
  withWords(['relations'], import('@/relations/RelationsTab')).then((module) => ({ default: module.RelationsTab })),
);
const PreferencesTab = lazy(() =>
  withWords(['topics'], import('@/topics/PreferencesTab')).then((module) => ({ default: module.PreferencesTab })),
);

const TABS = {
  timeline: TimelineTab,
  journey: JourneyTab,
  behaviour: BehaviourTab,
  progress: ProgressTab,
  relations: RelationsTab,
  preferences: PreferencesTab,
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
      <nav aria-label={tabs.label} className={css.tabs}>
        {(Object.keys(TABS) as Tab[]).map((tab) => (
          <Link
            key={tab}
            to="/customers/$id"
            params={{ id }}
            search={tab === 'timeline' ? {} : { tab }}
            state={true}
            replace
            resetScroll={false}
            className={css.tab}
            data-active={tab === active || undefined}
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
