import { Button, Progress } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { errorDetail } from '@/shared/ui/errorText';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { BackNav, PageHeader } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { cancelClustering, clusteringQuery, deleteClustering, leaveTags, placeAnew } from './api';
import { TONES } from './ClusteringsPage';
import css from './clusters.module.css';
import { FoundView } from './FoundView';
import type { Clustering } from './types';

const TagsDialog = lazy(() => import('./TagsDialog').then((module) => ({ default: module.TagsDialog })));
const ConfirmDialog = lazy(() =>
  import('@/shared/ui/ConfirmDialog').then((module) => ({ default: module.ConfirmDialog })),
);
const PeoplePanel = lazy(() => import('./PeoplePanel').then((module) => ({ default: module.PeoplePanel })));

/** One clustering: how far it is, and once it is done what was found. */
export function ClusteringPage({ id }: { id: string }) {
  const t = useT();
  const query = useQuery(clusteringQuery(id));
  useDocumentTitle(query.data ? `${query.data.name} · ${t.clusters.title}` : t.clusters.title);
  return (
    <QueryView
      query={query}
      quiet
      loading={<LoadingBlock lines={3} height={100} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(clustering) => <View clustering={clustering} />}
    </QueryView>
  );
}

function View({ clustering }: { clustering: Clustering }) {
  const c = useT().clusters;
  const fmt = useFmt();
  const can = useCan();
  const { cluster: opened } = useSearch({ strict: false }) as Search;
  const { found, state } = clustering;
  const shown = found?.clusters.find(({ number }) => String(number) === opened);
  return (
    <div data-testid="clustering" data-state={state}>
      <BackNav label={c.title}>
        <Link to="/clusters">← {c.title}</Link>
      </BackNav>
      <PageHeader
        title={<span translate="no">{clustering.name}</span>}
        meta={
          <>
            <Chip tone={TONES[state]}>{c.states[state]}</Chip>
            <span>{c.methods[clustering.method]}</span>
            <span>{c.seedIs(fmt.count(clustering.seed))}</span>
            {found && (
              <span>
                {c.placed} <When at={found.placed_at} relative />
              </span>
            )}
            {clustering.tag_group && <span className="mono">{c.taggedAs(clustering.tag_group)}</span>}
          </>
        }
        actions={can('segments.manage') && <Actions clustering={clustering} />}
      />
      <div className={registry.stack}>
        {(state === 'queued' || state === 'running') && (
          <Notice tone="info" title={c.working}>
            <Progress
              value={clustering.progress * 100}
              size="sm"
              aria-label={c.progressOf(clustering.name)}
              className={css.progress}
            />
          </Notice>
        )}
        {state === 'failed' && (
          <Notice tone="danger" title={c.failed}>
            <p lang="en">{clustering.error}</p>
          </Notice>
        )}
        {clustering.assignment_asked_at && <Notice tone="info" title={c.placing} />}
        {state === 'done' && clustering.error && (
          <Notice tone="warning" title={c.placeFailed}>
            <p lang="en">{clustering.error}</p>
          </Notice>
        )}
        {found && (
          <FoundView clustering={clustering} found={found}>
            {shown && (
              <Suspense fallback={<LoadingBlock lines={6} height={40} />}>
                <PeoplePanel key={shown.id} of={clustering.name} cluster={shown} />
              </Suspense>
            )}
          </FoundView>
        )}
      </div>
    </div>
  );
}

function Actions({ clustering }: { clustering: Clustering }) {
  const t = useT();
  const c = t.clusters;
  const can = useCan();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [asks, setAsks] = useState<'delete' | 'tags' | 'leave' | null>(null);
  // Who changes one that keeps tags changes tags of everybody.
  const mayTag = can('tags.manage');
  const mayChange = !clustering.tag_group || mayTag;
  const refused = (error: unknown) =>
    notify([errorText(t, error), errorDetail(error)].filter(Boolean).join(' '), 'danger');
  const put = (changed: Clustering) => {
    queryClient.setQueryData(clusteringQuery(clustering.id).queryKey, changed);
    queryClient.invalidateQueries({ queryKey: ['clusters'] });
  };
  const cancel = useMutation({ mutationFn: () => cancelClustering(clustering.id), onSuccess: put, onError: refused });
  const place = useMutation({ mutationFn: () => placeAnew(clustering.id), onSuccess: put, onError: refused });
  const leave = useMutation({
    mutationFn: () => leaveTags(clustering.id, clustering.version),
    onSuccess: (changed) => {
      put(changed);
      setAsks(null);
    },
    onError: refused,
  });
  const remove = useMutation({
    mutationFn: () => deleteClustering(clustering.id),
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: ['clusters', 'list'] });
      notify(c.deleted);
      navigate({ to: '/clusters' });
    },
    onError: refused,
  });
  const isWorking = clustering.state === 'queued' || clustering.state === 'running';
  if (isWorking)
    return (
      <Button variant="default" onClick={() => cancel.mutate()} loading={cancel.isPending}>
        {c.cancel}
      </Button>
    );
  return (
    <>
      {clustering.found && mayChange && (
        <Button variant="default" onClick={() => place.mutate()} loading={place.isPending}>
          {c.place}
        </Button>
      )}
      {clustering.found && mayTag && (
        <Button variant="default" onClick={() => setAsks(clustering.tag_group ? 'leave' : 'tags')}>
          {clustering.tag_group ? c.leave : c.tag}
        </Button>
      )}
      {mayChange && (
        <Button variant="default" onClick={() => setAsks('delete')}>
          {c.delete}
        </Button>
      )}
      <Suspense>
        {asks === 'delete' && (
          <ConfirmDialog
            danger
            title={c.deleteTitle}
            text={c.deleteText(clustering.name)}
            action={c.deleteTitle}
            working={remove.isPending}
            onConfirm={() => remove.mutate()}
            onClose={() => setAsks(null)}
          />
        )}
        {asks === 'leave' && (
          <ConfirmDialog
            title={c.leave}
            text={c.leaveText}
            action={c.leave}
            working={leave.isPending}
            onConfirm={() => leave.mutate()}
            onClose={() => setAsks(null)}
          />
        )}
        {asks === 'tags' && <TagsDialog clustering={clustering} onDone={put} onClose={() => setAsks(null)} />}
      </Suspense>
    </>
  );
}
