import { Button, Modal, MultiSelect, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { errorDetail } from '@/shared/ui/errorText';
import { notify } from '@/shared/ui/notify';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { changeTags, customerTagsQuery, tagGroupsQuery } from './api';
import css from './tags.module.css';
import type { CustomerTags, TagChange, TagGroupItem } from './types';

const NOTE_CHARACTERS_MAX = 1000;
/** In one request. */
const TAGS_MAX = 20;

interface Props {
  tags: CustomerTags;
  onClose: () => void;
}

/** Tags are set, renewed and removed. */
export function TagsDialog({ tags, onClose }: Props) {
  const t = useT();
  const groups = useQuery(tagGroupsQuery);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.tags.changeTitle}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <QueryView query={groups} quiet loading={<LoadingBlock lines={3} />}>
        {({ items }) => <Form tags={tags} groups={items} onClose={onClose} />}
      </QueryView>
    </Modal>
  );
}

function Form({ tags, groups, onClose }: Props & { groups: TagGroupItem[] }) {
  const t = useT();
  const g = t.tags;
  const named = useNameOf();
  const queryClient = useQueryClient();
  const keyOf = useKeyOfAttempt();
  const [set, setSet] = useState<string[]>([]);
  const [removed, setRemoved] = useState<string[]>([]);
  const [note, setNote] = useState('');
  const change: TagChange = {
    set,
    remove: removed,
    surface: 'console',
    note: note.trim() === '' ? null : note.trim(),
  };
  const save = useMutation({
    mutationFn: () => changeTags(tags.customer_id, change, keyOf(change)),
    onSuccess: () => {
      notify(g.done);
      queryClient.invalidateQueries({ queryKey: customerTagsQuery(tags.customer_id).queryKey.slice(0, 2) });
      onClose();
    },
    // A tag that follows a segment is refused by name.
    onError: (error) => notify([errorText(t, error), errorDetail(error)].filter(Boolean).join(' '), 'danger'),
  });
  const open = groups.filter(({ group }) => group.archived_at === null);
  const choices = open.map(({ group, tags: own }) => ({
    group: group.exclusive ? g.exclusive(named(group)) : named(group),
    items: own
      .filter(({ tag }) => tag.archived_at === null && !removed.includes(tag.code))
      .map(({ tag }) => ({ value: tag.code, label: named(tag) })),
  }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className={css.stack} noValidate>
      <LeaveGuard when={note !== '' || set.length > 0 || removed.length > 0} />
      <MultiSelect
        label={g.set}
        description={g.setHint}
        data={choices}
        value={set}
        onChange={setSet}
        maxValues={TAGS_MAX}
        searchable
        data-autofocus
      />
      {tags.standing.length > 0 && (
        <MultiSelect
          label={g.remove}
          data={tags.standing
            .filter(({ tag }) => !set.includes(tag))
            .map((one) => ({ value: one.tag, label: named(one) }))}
          value={removed}
          onChange={setRemoved}
        />
      )}
      <Textarea
        label={g.note}
        maxLength={NOTE_CHARACTERS_MAX}
        rows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Button type="submit" loading={save.isPending} disabled={set.length + removed.length === 0}>
        {g.save}
      </Button>
    </form>
  );
}
