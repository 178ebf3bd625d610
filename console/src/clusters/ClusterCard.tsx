import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { errorDetail } from '@/shared/ui/errorText';
import { Panel } from '@/shared/ui/Panel';
import { ShareBar } from '@/shared/ui/ShareBar';
import { errorText } from '@/shared/ui/StateView';
import { clusteringQuery, nameCluster } from './api';
import css from './clusters.module.css';
import { nameOf } from './figures';
import type { Cluster, Clustering } from './types';

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
        <p className={css.words}>{fmt.locale === 'zh-CN' ? cluster.words_zh : cluster.words_en}</p>
        {cluster.description !== '' && (
          <p className={css.hint} translate="no">
            {cluster.description}
          </p>
        )}
        <p>
          <Link
            to="/clusters/$id"
            params={{ id: clustering.id }}
            search={{ cluster: String(cluster.number) }}
            resetScroll={false}
            aria-label={c.showPeople(name, fmt.count(cluster.size))}
          >
            {c.peopleCount(fmt.count(cluster.size))}
          </Link>
        </p>
        <ShareBar ratio={cluster.share} />
        <div className={css.row}>
          <Button
            variant="default"
            size="xs"
            onClick={() => setOpened('interviews')}
            aria-label={c.interviewsLabel(name, fmt.count(cluster.interviews))}
          >
            {c.interviews(fmt.count(cluster.interviews))}
          </Button>
          {can('segments.manage') && (
            <Button variant="default" size="xs" onClick={() => setOpened('name')} aria-label={c.renameOf(name)}>
              {c.rename}
            </Button>
          )}
        </div>
      </div>
      {opened === 'name' && <NameDialog clustering={clustering} cluster={cluster} onClose={() => setOpened(null)} />}
      {opened === 'interviews' && (
        <Suspense>
          <InterviewsDialog clustering={clustering} cluster={cluster} onClose={() => setOpened(null)} />
        </Suspense>
      )}
    </Panel>
  );
}

function NameDialog({ clustering, cluster, onClose }: Props & { onClose: () => void }) {
  const t = useT();
  const c = t.clusters;
  const queryClient = useQueryClient();
  const [name, setName] = useState(cluster.name);
  const [description, setDescription] = useState(cluster.description);
  const save = useMutation({
    mutationFn: () => nameCluster(cluster.id, clustering.version, name.trim(), description.trim()),
    onSuccess: (changed) => {
      queryClient.setQueryData(clusteringQuery(clustering.id).queryKey, changed);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={c.renameTitle} closeButtonProps={{ 'aria-label': t.common.close }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextInput
          label={c.form.name}
          value={name}
          maxLength={60}
          onChange={(event) => setName(event.currentTarget.value)}
          error={save.error ? [errorText(t, save.error), errorDetail(save.error)].filter(Boolean).join(' ') : undefined}
        />
        <Textarea
          label={c.description}
          value={description}
          maxLength={1000}
          autosize
          minRows={2}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <div>
          <Button type="submit" loading={save.isPending}>
            {c.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
