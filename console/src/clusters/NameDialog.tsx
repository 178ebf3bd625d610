import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useT } from '@/shared/i18n';
import { errorDetail } from '@/shared/ui/errorText';
import { errorText } from '@/shared/ui/StateView';
import { clusteringQuery, nameCluster } from './api';
import css from './clusters.module.css';
import type { Cluster, Clustering } from './types';

interface Props {
  clustering: Clustering;
  cluster: Cluster;
  onClose: () => void;
}

/** What somebody calls a cluster. */
export function NameDialog({ clustering, cluster, onClose }: Props) {
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
