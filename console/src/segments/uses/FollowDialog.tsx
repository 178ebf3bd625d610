import { Button, Modal, NativeSelect } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { errorDetail } from '@/shared/ui/errorText';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { tagGroupsQuery } from '@/tags/api';
import { type AutomaticTag, automaticTagsQuery, follow } from '@/tags/automatic';
import type { TagGroupItem } from '@/tags/types';
import type { Segment } from '../types';
import css from './uses.module.css';

interface Props {
  segment: Segment;
  groups: TagGroupItem[];
  automatic: AutomaticTag[];
  onClose: () => void;
}

/**
 * A tag is chosen that from then on is had by whoever is in the segment. A tag of an exclusive group cannot be, and one that
 * follows another segment has to be let go there first: nothing is taken away from elsewhere unseen.
 */
export function FollowDialog({ segment, groups, automatic, onClose }: Props) {
  const t = useT();
  const f = t.segmentInsight.follow;
  const fmt = useFmt();
  const nameOf = useNameOf();
  const queryClient = useQueryClient();
  useFocusBack();
  const [tag, setTag] = useState('');
  const taken = new Set(automatic.map((one) => one.tag));
  const open = groups
    .filter(({ group }) => group.archived_at === null && !group.exclusive)
    .map(({ group, tags }) => ({
      group: nameOf(group),
      items: tags
        .filter((one) => one.tag.archived_at === null && !taken.has(one.tag.code))
        .map((one) => ({ value: one.tag.code, label: nameOf(one.tag), customers: one.customers })),
    }))
    .filter(({ items }) => items.length > 0);
  const chosen = open.flatMap(({ items }) => items).find(({ value }) => value === tag);
  const save = useMutation({
    mutationFn: () => follow(tag, segment.code),
    onSuccess: () => {
      notify(f.added);
      queryClient.invalidateQueries({ queryKey: tagGroupsQuery.queryKey });
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: automaticTagsQuery.queryKey }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={f.addTitle} closeButtonProps={{ 'aria-label': t.common.close }}>
      <form onSubmit={submit} className={css.stack} data-testid="follow">
        {open.length === 0 ? (
          <p>
            {f.noTags}{' '}
            <Link to="/settings/$section" params={{ section: 'tags' }}>
              {f.toRegistry}
            </Link>
          </p>
        ) : (
          <NativeSelect
            label={f.tag}
            description={f.tagHint}
            value={tag}
            onChange={(event) => setTag(event.currentTarget.value)}
            data-autofocus
          >
            <option value="">{f.choose}</option>
            {open.map(({ group, items }) => (
              <optgroup key={group} label={group} translate="no">
                {items.map(({ value, label }) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </optgroup>
            ))}
          </NativeSelect>
        )}
        {chosen && (
          <div className={css.effect} role="status" data-testid="effect">
            <p>{f.effect(chosen.label, segment.name)}</p>
            <p>{f.loses(chosen.label, fmt.count(chosen.customers))}</p>
            <p>{f.byHand}</p>
          </div>
        )}
        {save.error && (
          <p role="alert" className={css.refused}>
            {errorText(t, save.error)} <span lang="en">{errorDetail(save.error)}</span>
          </p>
        )}
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" disabled={!chosen} loading={save.isPending}>
            {f.addAction}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
