import { Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { CODE_MAX, NAME_MAX, suggestingCode } from '@/app/forms/codes';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { useT } from '@/shared/i18n';
import { putTopic, topicsQuery } from './api';
import { DESCRIPTION_MAX, EMPTY, faultsOf, formOf, type TopicForm } from './topicForm';
import type { Topic } from './types';

interface Props {
  /** Null: a new one is registered. */
  topic: Topic | null;
  onClose: () => void;
}

export function TopicDialog({ topic, onClose }: Props) {
  const t = useT();
  const s = t.topics;
  const f = s.form;
  const queryClient = useQueryClient();
  const isNew = topic === null;
  return (
    <VersionedDialog<Topic, TopicForm>
      title={isNew ? s.create : s.change.title}
      action={isNew ? s.create : s.change.save}
      done={isNew ? s.created : s.change.done}
      thing={topic}
      empty={EMPTY}
      formOf={formOf}
      draft={isNew ? 'topic' : `topic.${topic.code}`}
      labelOf={(field) => ({ code: f.code, name: f.name, description: f.description })[field]}
      faultsOf={(form) => faultsOf(t, form)}
      taken={{ code: f.taken }}
      create={({ code, name, description }) => putTopic(code, null, { name, description, is_archived: false })}
      update={({ code, version, is_archived }, { name, description }) =>
        putTopic(code, version, { name, description, is_archived })
      }
      latest={async ({ code }) => {
        const { items } = await queryClient.fetchQuery({ ...topicsQuery, staleTime: 0 });
        return items.find((one) => one.code === code);
      }}
      onSaved={() => queryClient.invalidateQueries({ queryKey: topicsQuery.queryKey })}
      onClose={onClose}
    >
      {(form) => (
        <>
          <TextInput
            label={f.name}
            maxLength={NAME_MAX}
            data-autofocus
            {...(isNew ? suggestingCode(form, 'name', 'code') : form.field('name'))}
          />
          <TextInput
            label={f.code}
            description={isNew ? f.codeHint : f.codeStays}
            maxLength={CODE_MAX}
            disabled={!isNew}
            {...form.field('code')}
          />
          <Textarea label={f.description} maxLength={DESCRIPTION_MAX} rows={3} {...form.field('description')} />
        </>
      )}
    </VersionedDialog>
  );
}
