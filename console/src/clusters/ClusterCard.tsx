import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Panel } from '@/shared/ui/Panel';
import { ShareBar } from '@/shared/ui/ShareBar';
import css from './clusters.module.css';
import { nameOf } from './figures';
import type { Cluster, Clustering } from './types';

const NameDialog = lazy(() => import('./NameDialog').then((module) => ({ default: module.NameDialog })));
const InterviewsDialog = lazy(() =>
  import('./InterviewsDialog').then((module) => ({ default: module.InterviewsDialog })),
);

interface Props {
  clustering: Clustering;
  cluster: Cluster;
}

/** A cluster in words, how many they are, and what interviews say of it. */
export function ClusterCard({ clustering, cluster }: Props) {
  const c = useT().clusters;
  const fmt = useFmt();
  const can = useCan();
  const [opened, setOpened] = useState<'name' | 'interviews' | null>(null);
  const name = nameOf(cluster, c.unnamed);
  return (
    <Panel testId={`cluster-${cluster.number}`}>
      <div className={css.card}>
        <div className={css.cardHead}>
          <h2 className={css.cardName} translate={cluster.name === '' ? undefined : 'no'}>
            {name}
          </h2>
          {cluster.verified_percent !== null && (
            <Chip tone={cluster.verified_percent >= 50 ? 'success' : 'warning'}>
              {c.verified(fmt.percent(cluster.verified_percent / 100, 0))}
            </Chip>
          )}
        </div>
        <p>{fmt.locale === 'zh-CN' ? cluster.words_zh : cluster.words_en}</p>
        {cluster.description !== '' && (
          <p className={css.hint} translate="no">
            {cluster.description}
          </p>
        )}
        <p className={css.many}>
          <Link
            to="/clusters/$id"
            params={{ id: clustering.id }}
            search={{ cluster: String(cluster.number) }}
            resetScroll={false}
            aria-label={c.showPeople(name, fmt.count(cluster.size))}
          >
            {c.peopleCount(fmt.count(cluster.size))}
          </Link>
          <ShareBar ratio={cluster.share} />
        </p>
        <div className={css.cardFoot}>
          <Button
            variant="default"
            size="xs"
            onClick={() => setOpened('interviews')}
            aria-label={c.interviewsLabel(name, fmt.count(cluster.interviews))}
          >
            {c.interviews(fmt.count(cluster.interviews))}
          </Button>
          {can('segments.manage') && (!clustering.tag_group || can('tags.manage')) && (
            <Button variant="default" size="xs" onClick={() => setOpened('name')} aria-label={c.renameOf(name)}>
              {c.rename}
            </Button>
          )}
        </div>
      </div>
      <Suspense>
        {opened === 'name' && <NameDialog clustering={clustering} cluster={cluster} onClose={() => setOpened(null)} />}
      </Suspense>
      {opened === 'interviews' && (
        <Suspense>
          <InterviewsDialog clustering={clustering} cluster={cluster} onClose={() => setOpened(null)} />
        </Suspense>
      )}
    </Panel>
  );
}
