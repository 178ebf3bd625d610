import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import type { Search } from '@/app/search';
import { purposesQuery } from '@/consent/api';
import { ArchiveActions } from '@/segments/ArchiveActions';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { ratioOf } from '@/shared/ui/ShareBar';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { Percent, When } from '@/shared/ui/Values';
import { communityQuery, updateCommunity } from './api';
import { GroupsPanel } from './GroupsPanel';
import { InvitedPanel } from './InvitedPanel';
import type { Community } from './types';

const dialogs = () => import('./dialogs');
const RenameDialog = lazy(() => dialogs().then((module) => ({ default: module.RenameDialog })));
const TopUpDialog = lazy(() => dialogs().then((module) => ({ default: module.TopUpDialog })));

/** One community: how many were invited into each group, how many have joined, and who they are. */
export function CommunityPage({ code }: { code: string }) {
  const c = useT().communities;
  const query = useQuery(communityQuery(code));
  useDocumentTitle(query.data ? `${query.data.name} · ${c.title}` : c.title);
  return (
    <QueryView
      query={query}
      quiet
      loading={<LoadingBlock lines={4} height={80} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(community) => <View community={community} />}
    </QueryView>
  );
}

function View({ community }: { community: Community }) {
  const c = useT().communities;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const go = (next: Search) =>
    navigate({
      to: '/communities/$code',
      params: { code: community.code },
      search: { ...search, ...next },
      replace: true,
      resetScroll: false,
    });
  const filter = { group: search.group ?? '', state: search.state ?? '' };
  return (
    <div data-testid="community" data-archived={community.archived_at !== null || undefined}>
      <BackNav label={c.title}>
        <Link to="/communities">← {c.title}</Link>
      </BackNav>
      <Head community={community} />
      <div className={registry.stack}>
        {community.archived_at !== null && <Notice tone="info">{c.archivedText}</Notice>}
        {community.segment_archived && <Notice tone="warning">{c.segmentArchived}</Notice>}
        <Notice tone="info">{c.nothingSent}</Notice>
        <Total community={community} onChoose={(state) => go({ group: '', state })} />
        <GroupsPanel community={community} onChoose={(group, state) => go({ group, state })} />
        <InvitedPanel community={community} filter={filter} onFilter={go} />
      </div>
    </div>
  );
}

function Head({ community }: { community: Community }) {
  const c = useT().communities;
  const fmt = useFmt();
  const can = useCan();
  const queryClient = useQueryClient();
  const [opened, setOpened] = useState<'rename' | 'top-up' | null>(null);
  const purposes = useQuery({ ...purposesQuery, enabled: community.purpose !== null });
  const { name, code, purpose } = community;
  const purposeName = purposes.data?.items.find((one) => one.code === purpose)?.name ?? purpose;
  const close = () => setOpened(null);
  return (
    <>
      <PageHeader
        title={<span translate="no">{name}</span>}
        aside={<Explain name={c.title} definition={c.about} />}
        meta={
          <>
            {community.archived_at !== null && <Chip>{c.archived}</Chip>}
            <span>
              {c.column.segment}{' '}
              <Link to="/segments/$code" params={{ code: community.segment }} translate="no">
                {community.segment_name}
              </Link>
            </span>
            <span className="mono">{code}</span>
            <span>{c.upTo(fmt.count(community.size_max))}</span>
            {purposeName !== null && <span>{c.agreedTo(purposeName)}</span>}
            <span>
              <When at={community.created_at} relative /> {c.createdBy(community.created_by)}
            </span>
          </>
        }
        actions={
          can('segments.manage') && (
            <ArchiveActions
              isArchived={community.archived_at !== null}
              setArchived={(archived) => updateCommunity(community, { name, archived })}
              onChanged={(changed) => {
                queryClient.setQueryData(communityQuery(code).queryKey, changed);
                queryClient.invalidateQueries({ queryKey: ['communities', 'list'] });
              }}
              archive={{ ...c.archive, text: c.archive.text(name) }}
              restore={c.restore}
            >
              <Button variant="default" onClick={() => setOpened('rename')}>
                {c.rename}
              </Button>
              {!community.segment_archived && <Button onClick={() => setOpened('top-up')}>{c.topUp.open}</Button>}
            </ArchiveActions>
          )
        }
      />
      <Suspense fallback={null}>
        {opened === 'rename' && <RenameDialog community={community} onClose={close} />}
        {opened === 'top-up' && <TopUpDialog community={community} onClose={close} />}
      </Suspense>
    </>
  );
}

function Total({ community: { figures }, onChoose }: { community: Community; onChoose: (state: string) => void }) {
  const c = useT().communities;
  const fmt = useFmt();
  const { figure: f } = c;
  const shown = (key: 'invited' | 'joined' | 'in', count: number) => (
    <Button
      variant="subtle"
      size="compact-lg"
      aria-label={c.see(f[key], fmt.count(count))}
      onClick={() => onChoose(key === 'invited' ? '' : key)}
    >
      {fmt.count(count)}
    </Button>
  );
  return (
    <Panel title={c.figures} explain={<Explain name={c.figures} definition={c.figuresAbout} />} testId="figures">
      <FigureStrip label={c.figures} dense>
        <Figure name={f.invited} testId="figure-invited">
          {shown('invited', figures.invited)}
        </Figure>
        <Figure name={f.joined} testId="figure-joined">
          {shown('joined', figures.joined)}
        </Figure>
        <Figure name={f.in} testId="figure-in">
          {shown('in', figures.joined_now)}
        </Figure>
        <Figure name={f.rate} testId="figure-rate">
          <Percent ratio={ratioOf(figures.rate_basis_points)} />
        </Figure>
      </FigureStrip>
    </Panel>
  );
}
