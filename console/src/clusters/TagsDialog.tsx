import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useT } from '@/shared/i18n';
import { errorDetail } from '@/shared/ui/errorText';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { keepTags } from './api';
import css from './clusters.module.css';
import type { Clustering } from './types';

interface Props {
  clustering: Clustering;
  onDone: (changed: Clustering) => void;
  onClose: () => void;
}

/** A tag a cluster, in a group of its own. */
export function TagsDialog({ clustering, onDone, onClose }: Props) {
  const t = useT();
  const c = t.clusters;
  const [group, setGroup] = useState('');
  const save = useMutation({
    mutationFn: () => keepTags(clustering.id, clustering.version, group.trim()),
    onSuccess: (changed) => {
      onDone(changed);
      notify(c.tagged);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={c.tagTitle} closeButtonProps={{ 'aria-label': t.common.close }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <p className={css.hint}>{c.tagText}</p>
        <TextInput
          label={c.tagGroup}
          description={c.tagGroupHint}
          value={group}
          maxLength={36}
          error={save.error ? [errorText(t, save.error), errorDetail(save.error)].filter(Boolean).join(' ') : undefined}
          onChange={(event) => setGroup(event.currentTarget.value)}
          className="mono"
        />
        <div className={css.row}>
          <Button type="submit" loading={save.isPending}>
            {c.tagTitle}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
