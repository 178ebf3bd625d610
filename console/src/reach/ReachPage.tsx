import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { SpanField } from '@/app/forms/SpanField';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Later } from '@/shared/ui/Later';
import { Notice } from '@/shared/ui/Notice';
import { PageHeader } from '@/shared/ui/Panel';
import { LoadingBlock } from '@/shared/ui/StateView';
import tabs from '@/shared/ui/tabs.module.css';
import { ConnectionPanel } from './ConnectionPanel';
import { FunnelPanel } from './FunnelPanel';
import { reachDays, USUAL } from './figures';
import { PoolPanel } from './PoolPanel';
import css from './reach.module.css';

/** A map that few open first. */
const CoveragePanel = lazy(() =>
  import('./coverage/CoveragePanel').then((module) => ({ default: module.CoveragePanel })),
);

/** Whom a brand can speak to now, how many buyers became connections, and how strangers become customers. */
export function ReachPage() {
  const r = useT().reach;
  const { tab } = useSearch({ strict: false }) as Search;
  useDocumentTitle(r.title);
  const active = tab === 'coverage' ? 'coverage' : 'reach';
  return (
    <>
      <PageHeader title={r.title} aside={<Explain name={r.title} definition={r.about} />} />
      <nav aria-label={r.views} className={`${tabs.tabs} ${tabs.apart}`}>
        {(['reach', 'coverage'] as const).map((key) => (
          <Link
            key={key}
            to="/reach"
            search={key === 'reach' ? {} : { tab: key }}
            className={tabs.tab}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={key === active ? 'page' : undefined}
          >
            {r.tabs[key]}
          </Link>
        ))}
      </nav>
      {active === 'coverage' ? (
        <Suspense fallback={<LoadingBlock lines={9} height={42} />}>
          <CoveragePanel />
        </Suspense>
      ) : (
        <Panels />
      )}
    </>
  );
}

function Panels() {
  const r = useT().reach;
  const fmt = useFmt();
  const { days, from, until } = useSearch({ strict: false }) as Search;
  const today = fmt.day(new Date().toISOString());
  const chosen = useMemo(() => reachDays({ days, from, until }, today), [days, from, until, today]);
  return (
    <div className={css.stack}>
      <PoolPanel />
      <div className={css.days}>
        <SpanField label={r.days} timeZone={fmt.timeZone} usual={USUAL} withAll={false} />
        <span className="muted">{chosen ? r.period(chosen.from, chosen.to) : ''}</span>
      </div>
      {chosen ? (
        <>
          <ConnectionPanel days={chosen} />
          <Later>
            <FunnelPanel days={chosen} />
          </Later>
        </>
      ) : (
        <div data-testid="wrong-days">
          <Notice tone="warning">{r.wrongDays}</Notice>
        </div>
      )}
    </div>
  );
}
