import { Checkbox, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { useT } from '@/shared/i18n';
import { tagGroupsQuery } from '../api';
import type { TagGroup } from '../types';
import { createGroup, updateGroup } from './api';
import { NameFields } from './NameFields';
import { EMPTY_GROUP, type GroupForm, groupFaults, groupFormOf, groupOf } from './tagForm';

interface Props {
  /** Null: a new one is made. */
  group: TagGroup | null;
  onClose: () => void;
}

export function GroupDialog({ group, onClose }: Props) {
  const t = useT();
  const g = t.tagRegistry;
  const f = g.form;
  const queryClient = useQueryClient();
  const isNew = group === null;
  const labels = { code: f.code, name_zh: f.nameZh, name_en: f.nameEn, exclusive: f.exclusive, valid_days: f.days };
  const say = (field: keyof GroupForm, value: string) => {
    if (field === 'exclusive') return value === '' ? f.no : f.yes;
    return field === 'valid_days' && value === '' ? g.forEver : value;
  };
  return (
    <VersionedDialog<TagGroup, GroupForm>
      title={isNew ? g.createGroup : g.changeGroup.title}
      action={isNew ? g.createGroup : g.changeGroup.save}
      done={isNew ? g.groupCreated : g.changeGroup.done}
      thing={group}
      empty={EMPTY_GROUP}
      formOf={groupFormOf}
      draft={isNew ? 'tag-group' : `tag-group.${group.code}`}
      labelOf={(field) => labels[field]}
      say={say}
      faultsOf={(form) => groupFaults(t, form)}
      taken={{ code: f.groupTaken }}
      create={(form, key) => createGroup(groupOf(form), key)}
      update={(base, form) => {
        const { code: _, ...settings } = groupOf(form);
        return updateGroup(base, settings, base.archived_at !== null);
      }}
      latest={async ({ code }) => {
        const { items } = await queryClient.fetchQuery({ ...tagGroupsQuery, staleTime: 0 });
        return items.find((one) => one.group.code === code)?.group;
      }}
      onSaved={() => queryClient.invalidateQueries({ queryKey: tagGroupsQuery.queryKey })}
      onClose={onClose}
    >
      {(form) => (
        <>
          <NameFields form={form} isNew={isNew} />
          <Checkbox
            label={f.exclusive}
            description={f.exclusiveHint}
            checked={form.values.exclusive !== ''}
            onChange={(event) => form.set('exclusive', event.currentTarget.checked ? 'yes' : '')}
          />
          <TextInput label={f.days} description={f.daysHint} inputMode="numeric" {...form.field('valid_days')} />
          {!isNew && <p className="muted">{g.changeGroup.text}</p>}
        </>
      )}
    </VersionedDialog>
  );
}
