import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import type { Search } from '@/app/search';
import { useOwner } from '@/layers/useOwner';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import tabs from '@/shared/ui/tabs.module.css';
import { When } from '@/shared/ui/Values';
import { ArchiveActions } from './ArchiveActions';
import { countQuery, isNotBuilt, segmentQuery, setArchived } from './api';
import { BackFillPanel, useBackFill } from './BackFillPanel';
import { ClauseCounts } from './ClauseCounts';
import { ReachList } from './insight/ReachList';
import { WorthList } from './insight/WorthList';
import { MembersPanel } from './MembersPanel';
import { NotBuilt } from './NotBuilt';
import { RuleText } from './RuleText';
import css from './segments.module.css';
import type { Segment } from './types';

const WhyPanel = lazy(() => import('./WhyPanel').then((module) => ({ default: module.WhyPanel })));
const VersionsPanel = lazy(() => import('./VersionsPanel').then((module) => ({ default: module.VersionsPanel })));

const MovesTab = lazy(() => import('./insight/MovesTab').then((module) => ({ default: module.MovesTab })));
const PortraitTab = lazy(() => import('./insight/PortraitTab').then((module) => ({ default: module.PortraitTab })));
const UsesTab = lazy(() => import('./uses/UsesTab').then((module) => ({ default: module.UsesTab })));
const UsesBefore = lazy(() => import('./uses/UsesBefore').then((module) => ({ default: module.UsesBefore })));

const TABS = ['members', 'moves', 'portrait', 'why', 'uses', 'versions'] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** One segment: whom it means, how many they are, who, why, and what it was before. */
export function SegmentPage() {
  const t = useT();
  const { code } = useParams({ strict: false }) as { code: string };
  const query = useQuery(segmentQuery(code));
  useDocumentTitle(query.data ? `${query.data.name} · ${t.segments.title}` : t.segments.title);
  return (
    <QueryView
      query={query}
      quiet
      loading={<LoadingBlock lines={3} height={100} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(segment) => <View key={code} segment={segment} />}
    </QueryView>
  );
}

function View({ segment }: { segment: Segment }) {
  const { page: p, ...s } = useT().segments;
  const fmt = useFmt();
  const can = useCan();
  const { tab, at = '' } = useSearch({ strict: false }) as Search;
  const isArchived = segment.archived_at !== null;
  const owner = useOwner()(segment.code);
  const backFill = useBackFill(segment);
  const shown = TABS.filter((key) => !isArchived || key === 'versions');
  const active = shown.find((key) => key === tab) ?? shown[0];
  return (
    <div data-testid="segment" data-archived={isArchived || undefined}>
      <BackNav label={s.title}>
        <Link to="/segments">← {s.title}</Link>
      </BackNav>
      <PageHeader
        title={<span translate="no">{segment.name}</span>}
        meta={
          <>
            {isArchived && <Chip>{p.isArchived}</Chip>}
            {owner && (
              <Link to="/layers/$code" params={{ code: owner.code }} data-testid="stage-of">
                <Chip tone="primary">{p.stageOf(owner.name)}</Chip>
              </Link>
            )}
            <span className="mono">{segment.code}</span>
            <span>{p.version(fmt.count(segment.version))}</span>
            <span>
              {p.changed(segment.changed_by)} <When at={segment.changed_at} relative />
            </span>
          </>
        }
        actions={
          can('segments.manage') && (
            <>
              {!isArchived && (
                <Button
                  renderRoot={(props) => (
                    <Link {...props} to="/communities" search={{ new: '1', segment: segment.code }} />
                  )}
                  variant="default"
                >
                  {p.buildGroups}
                </Button>
              )}
              {owner ? (
                <Button
                  renderRoot={(props) => <Link {...props} to="/layers/$code/edit" params={{ code: owner.code }} />}
                  variant="default"
                >
                  {p.editLayer}
                </Button>
              ) : (
                <Actions segment={segment} isArchived={isArchived} />
              )}
            </>
          )
        }
      />
      <div className={registry.stack}>
        {isArchived && <Notice tone="info">{p.archivedText}</Notice>}
        {backFill && <BackFillPanel of={backFill} />}
        <div className={css.summary}>
          <Panel title={p.rule} testId="segment-rule">
            {segment.description !== '' && (
              <p className={css.description} translate="no">
                {segment.description}
              </p>
            )}
            <RuleText text={segment.text} />
          </Panel>
          {!isArchived && <CountPanel segment={segment} />}
        </div>
        <nav aria-label={p.views} className={tabs.tabs}>
          {shown.map((key) => (
            <Link
              key={key}
              to="/segments/$code"
              params={{ code: segment.code }}
              search={key === 'members' ? {} : { tab: key }}
              className={tabs.tab}
              activeOptions={{ exact: true, includeSearch: true }}
              aria-current={key === active ? 'page' : undefined}
              resetScroll={false}
            >
              {p.tabs[key]}
            </Link>
          ))}
        </nav>
        {/* Of a first version nobody is known until it is worked out. */}
        {active === 'members' && backFill?.hasBefore !== false && (
          <MembersPanel segment={segment} at={DAY.test(at) ? at : undefined} />
        )}
        <Suspense fallback={<LoadingBlock lines={6} height={40} />}>
          {active === 'moves' && <MovesTab segment={segment} />}
          {active === 'portrait' && <PortraitTab segment={segment} />}
          {active === 'why' && <WhyPanel segment={segment} />}
          {active === 'uses' && <UsesTab segment={segment} />}
          {active === 'versions' && <VersionsPanel segment={segment} />}
        </Suspense>
      </div>
    </div>
  );
}

function CountPanel({ segment }: { segment: Segment }) {
  const { page: p, ...s } = useT().segments;
  const fmt = useFmt();
  const query = useQuery(countQuery(segment.text));
  return (
    <Panel title={p.members} testId="segment-count">
      {isNotBuilt(query.error) && query.data === undefined ? (
        <NotBuilt />
      ) : (
        <QueryView query={query} quiet loading={<LoadingBlock lines={2} height={40} />}>
          {(found) => (
            <div className={css.answer}>
              <p className={css.count} data-testid="count" data-count={found.count}>
                {fmt.count(found.count)}
              </p>
              <p className="muted">
                {found.everybody > 0 &&
                  `${p.ofEverybody(fmt.percent(found.count / found.everybody), fmt.count(found.everybody))} · `}
                {s.why.asOf(fmt.listTime(found.as_of))}
              </p>
              <ClauseCounts of={found} />
              <ReachList whom={{ segment: segment.code }} />
              <WorthList whom={{ segment: segment.code }} />
            </div>
          )}
        </QueryView>
      )}
    </Panel>
  );
}

function Actions({ segment, isArchived }: { segment: Segment; isArchived: boolean }) {
  const s = useT().segments;
  const queryClient = useQueryClient();
  return (
    <ArchiveActions
      isArchived={isArchived}
      setArchived={(archived) => setArchived(segment.code, archived)}
      onChanged={(changed) => {
        queryClient.setQueryData(segmentQuery(segment.code).queryKey, changed);
        queryClient.invalidateQueries({ queryKey: ['segments'] });
      }}
      archive={{ ...s.archive, text: s.archive.text(segment.name) }}
      restore={s.restore}
      more={
        <Suspense fallback={null}>
          <UsesBefore code={segment.code} />
        </Suspense>
      }
    >
      <Button
        renderRoot={(props) => <Link {...props} to="/segments/$code/edit" params={{ code: segment.code }} />}
        variant="default"
        aria-label={s.page.editOf}
      >
        {s.page.edit}
      </Button>
    </ArchiveActions>
  );
}
