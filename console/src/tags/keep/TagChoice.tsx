import { Button, NativeSelect, SegmentedControl } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCan } from '@/access/me';
import { ApiError } from '@/shared/api/client';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import css from '@/shared/ui/dialog.module.css';
import { errorDetail } from '@/shared/ui/errorText';
import { Notice } from '@/shared/ui/Notice';
import { SearchSelect } from '@/shared/ui/SearchSelect';
import { errorText } from '@/shared/ui/StateView';
import { useFields } from '@/shared/ui/useFields';
import { tagGroupsQuery } from '../api';
import type { AutomaticTag } from '../automatic';
import { createTag } from '../registry/api';
import { NameFields } from '../registry/NameFields';
import { EMPTY_TAG, type TagForm, tagFaults } from '../registry/tagForm';
import type { TagGroup, TagGroupItem } from '../types';
import type { KeptUnder, PeopleList } from './useKeeping';

const NOTE_CHARACTERS_MAX = 1000;

interface Props {
  list: PeopleList;
  groups: TagGroupItem[];
  automatic: AutomaticTag[];
  onChoose: (tag: KeptUnder) => void;
  onClose: () => void;
}

/** By which tag a list is kept: one that is there and set by hand, or a new one. What it does to whom is said before. */
export function TagChoice({ list, groups, automatic, onChoose, onClose }: Props) {
  const t = useT();
  const k = t.keep;
  const fmt = useFmt();
  const nameOf = useNameOf();
  const can = useCan();
  const queryClient = useQueryClient();
  const keyOf = useKeyOfAttempt();
  const mayMake = can('tags.manage');
  const followed = new Set(automatic.map(({ tag }) => tag));
  const open = groups.filter(({ group }) => group.archived_at === null);
  const choices = open
    .map(({ group, tags }) => ({
      group,
      tags: tags.filter(({ tag }) => tag.archived_at === null && !followed.has(tag.code)),
    }))
    .filter(({ tags }) => tags.length > 0);
  const [isNew, setIsNew] = useState(mayMake && choices.length === 0);
  const [code, setCode] = useState<string | null>(null);
  const form = useFields<TagForm & { group: string }>({ ...EMPTY_TAG, group: '' });
  const chosen = choices
    .flatMap(({ group, tags }) => tags.map((one) => ({ ...one, group })))
    .find(({ tag }) => tag.code === code);
  const today = fmt.day(new Date().toISOString());
  const keep = (tag: { code: string; name_zh: string; name_en: string }) =>
    onChoose({
      code: tag.code,
      name: nameOf(tag),
      note: k.note(list.origin, today).slice(0, NOTE_CHARACTERS_MAX),
    });
  const make = useMutation({
    mutationFn: () => {
      const { group, ...typed } = form.values;
      const names = {
        code: typed.code.trim(),
        name_zh: typed.name_zh.trim(),
        name_en: typed.name_en.trim(),
      };
      return createTag(group, names, keyOf({ group, ...names }));
    },
    onSuccess: (made) => {
      queryClient.invalidateQueries({ queryKey: tagGroupsQuery.queryKey });
      keep(made);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409) form.check({ code: t.tagRegistry.form.tagTaken });
      else form.refuse(error);
    },
  });
  const isTaken = make.error instanceof ApiError && make.error.status === 409;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isNew) {
      if (chosen) keep(chosen.tag);
      return;
    }
    const { group } = form.values;
    if (form.check({ ...tagFaults(t, form.values), ...(group === '' ? { group: t.access.required } : {}) }))
      make.mutate();
  };
  const day = fmt.daySentence(today);
  const group = isNew ? open.find((one) => one.group.code === form.values.group)?.group : chosen?.group;
  const toRegistry = (
    <Link to="/settings/$section" params={{ section: 'tags' }}>
      {k.toRegistry}
    </Link>
  );
  return (
    <form noValidate className={css.stack} onSubmit={submit} data-testid="keep-choice">
      <p>{list.count === null ? k.aboutAll(day) : k.about(fmt.count(list.count), day)}</p>
      {mayMake && choices.length > 0 && (
        <SegmentedControl
          aria-label={k.which}
          value={isNew ? 'new' : 'existing'}
          onChange={(next) => setIsNew(next === 'new')}
          data={[
            { value: 'existing', label: k.existing },
            { value: 'new', label: k.isNew },
          ]}
        />
      )}
      {!isNew && choices.length === 0 && (
        <p>
          {k.noTags} {k.askManager(t.common.rights['tags.manage'])}
        </p>
      )}
      {!isNew && choices.length > 0 && (
        <SearchSelect
          label={k.tag}
          description={k.tagHint}
          placeholder={k.choose}
          value={code}
          onChange={setCode}
          data={choices.map((one) => ({
            group: nameOf(one.group),
            items: one.tags.map(({ tag }) => ({ value: tag.code, label: nameOf(tag) })),
          }))}
        />
      )}
      {isNew && open.length === 0 && (
        <p>
          {k.noGroups} {toRegistry}
        </p>
      )}
      {isNew && open.length > 0 && (
        <>
          <NativeSelect
            label={k.group}
            {...form.field('group')}
            data={[
              { value: '', label: k.chooseGroup },
              ...open.map((one) => ({ value: one.group.code, label: nameOf(one.group) })),
            ]}
          />
          <NameFields form={form} isNew />
        </>
      )}
      {group && <Effect group={group} customers={isNew ? 0 : (chosen?.customers ?? 0)} />}
      {make.error && !isTaken && (
        <div role="alert">
          <Notice tone="danger">
            <p>
              {errorText(t, make.error)} <span lang="en">{errorDetail(make.error)}</span>
            </p>
          </Notice>
        </div>
      )}
      <div className={css.foot}>
        <Button variant="default" onClick={onClose}>
          {t.common.cancel}
        </Button>
        <Button type="submit" loading={make.isPending} disabled={isNew ? open.length === 0 : !chosen}>
          {k.start}
        </Button>
      </div>
    </form>
  );
}

/** What the rules of the group, and those who have the tag already, make of the list. */
function Effect({ group, customers }: { group: TagGroup; customers: number }) {
  const k = useT().keep;
  const fmt = useFmt();
  const nameOf = useNameOf();
  if (!group.exclusive && group.valid_days === null && customers === 0) return null;
  return (
    <div role="status" data-testid="keep-effect">
      <Notice tone="warning">
        {customers > 0 && <p>{k.has(fmt.count(customers))}</p>}
        {group.exclusive && <p>{k.exclusive(nameOf(group))}</p>}
        {group.valid_days !== null && <p>{k.expires(fmt.count(group.valid_days))}</p>}
      </Notice>
    </div>
  );
}
