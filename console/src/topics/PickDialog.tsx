import { Button, Checkbox, Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { ApiError } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { preferencesQuery, putPreferences, topicsQuery } from './api';
import css from './topics.module.css';
import type { Topic } from './types';

interface Props {
  id: string;
  picked: string[];
  onClose: () => void;
}

/** Everything that the customer wants is written down, in the place of what they had picked before. */
export function PickDialog({ id, picked, onClose }: Props) {
  const t = useT();
  const p = t.topics.preferences;
  useFocusBack();
  const topics = useQuery(topicsQuery);
  return (
    <Modal opened onClose={onClose} title={p.change} closeButtonProps={{ 'aria-label': t.common.close }}>
      <QueryView query={topics} quiet loading={<LoadingBlock lines={4} />}>
        {({ items }) => (
          <Choice
            id={id}
            topics={items.filter((one) => !one.is_archived || picked.includes(one.code))}
            picked={picked}
            onClose={onClose}
          />
        )}
      </QueryView>
    </Modal>
  );
}

function Choice({ id, topics, picked, onClose }: Props & { topics: Topic[] }) {
  const t = useT();
  const p = t.topics.preferences;
  const queryClient = useQueryClient();
  // Events may have named topics that nobody registered: those cannot be written down by hand.
  const [chosen, setChosen] = useState(topics.map(({ code }) => code).filter((code) => picked.includes(code)));
  const [error, setError] = useState<string>();
  const changed = [...chosen].sort().join() !== [...picked].sort().join();
  const save = useMutation({
    mutationFn: () => putPreferences(id, chosen),
    onSuccess: (saved) => {
      queryClient.setQueryData(preferencesQuery(id).queryKey, saved);
      notify(p.done);
      onClose();
    },
    onError: (failure) => {
      if (failure instanceof ApiError) setError(fieldErrors(t, failure).topics);
      notify(errorText(t, failure), 'danger');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  if (topics.length === 0) return <p>{p.noTopics}</p>;
  return (
    <form onSubmit={submit} className={css.stack}>
      <LeaveGuard when={changed} />
      <Checkbox.Group label={p.topics} description={p.text} value={chosen} error={error} onChange={setChosen}>
        <div className={css.choices}>
          {topics.map(({ code, name, description }) => (
            <Checkbox
              key={code}
              value={code}
              label={<span translate="no">{name}</span>}
              description={description ? <span translate="no">{description}</span> : undefined}
            />
          ))}
        </div>
      </Checkbox.Group>
      <Button type="submit" loading={save.isPending}>
        {p.save}
      </Button>
    </form>
  );
}
