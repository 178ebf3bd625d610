import { useQueryClient } from '@tanstack/react-query';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { useT } from '@/shared/i18n';
import { tagGroupsQuery } from '../api';
import type { Tag } from '../types';
import { createTag, updateTag } from './api';
import { NameFields } from './NameFields';
import { EMPTY_TAG, type TagForm, tagFaults, tagFormOf } from './tagForm';

interface Props {
  /** The code of the group that it stands in. */
  group: string;
  /** Null: a new one is made. */
  tag: Tag | null;
  onClose: () => void;
}

export function TagDialog({ group, tag, onClose }: Props) {
  const t = useT();
  const g = t.tagRegistry;
  const f = g.form;
  const queryClient = useQueryClient();
  const isNew = tag === null;
  return (
    <VersionedDialog<Tag, TagForm>
      title={isNew ? g.createTag : g.rename.title}
      action={isNew ? g.createTag : g.rename.save}
      done={isNew ? g.tagCreated : g.rename.done}
      thing={tag}
      empty={EMPTY_TAG}
      formOf={tagFormOf}
      draft={isNew ? `tag-of.${group}` : `tag.${tag.code}`}
      labelOf={(field) => ({ code: f.code, name_zh: f.nameZh, name_en: f.nameEn })[field]}
      faultsOf={(form) => tagFaults(t, form)}
      taken={{ code: f.tagTaken }}
      create={(form, key) => createTag(group, form, key)}
      update={(base, { name_zh, name_en }) => updateTag(base, { name_zh, name_en }, base.archived_at !== null)}
      latest={async ({ code }) => {
        const { items } = await queryClient.fetchQuery({ ...tagGroupsQuery, staleTime: 0 });
        return items.flatMap(({ tags }) => tags).find((one) => one.tag.code === code)?.tag;
      }}
      onSaved={() => queryClient.invalidateQueries({ queryKey: tagGroupsQuery.queryKey })}
      onClose={onClose}
    >
      {(form) => <NameFields form={form} isNew={isNew} />}
    </VersionedDialog>
  );
}
