import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { useT } from '@/shared/i18n';
import { attributesQuery, createAttribute, ownersQuery, updateAttribute } from './api';
import {
  type AttributeForm,
  attributeFaults,
  attributeForm,
  attributeOf,
  EMPTY_ATTRIBUTE,
  NAME_MAX,
  TEXT_MAX,
} from './forms';
import css from './insights.module.css';
import type { Attribute } from './types';

interface Props {
  /** Null: a new one. */
  attribute: Attribute | null;
  onClose: () => void;
}

/** What is rated, how, and who does something about it until when. */
export function AttributeDialog({ attribute, onClose }: Props) {
  const t = useT();
  const i = t.insights;
  const f = i.attributeForm;
  const queryClient = useQueryClient();
  const owners = useQuery(ownersQuery);
  const isNew = attribute === null;
  const nameOf = (id: string) => owners.data?.items.find(({ user_id }) => user_id === id)?.name ?? id;
  const say = (field: keyof AttributeForm, value: string) =>
    field === 'owner' ? nameOf(value) : field === 'done' ? (value === 'true' ? i.done : i.open) : value;
  const isListed = (id: string) => id === '' || owners.data?.items.some(({ user_id }) => user_id === id);
  return (
    <VersionedDialog<Attribute, AttributeForm>
      title={isNew ? i.newAttribute : f.changeTitle}
      action={isNew ? f.create : f.save}
      done={isNew ? f.created : f.saved}
      thing={attribute}
      empty={EMPTY_ATTRIBUTE}
      formOf={attributeForm}
      draft={isNew ? 'attribute' : `attribute.${attribute.id}`}
      labelOf={(field) => f[field]}
      say={say}
      faultsOf={(form) => attributeFaults(t, form)}
      create={(form, key) => createAttribute(attributeOf(form), key)}
      update={(base, form) => updateAttribute(base, attributeOf(form))}
      latest={async ({ id }) => {
        const { items } = await queryClient.fetchQuery({ ...attributesQuery, staleTime: 0 });
        return items.find((one) => one.id === id);
      }}
      onSaved={() => queryClient.invalidateQueries({ queryKey: attributesQuery.queryKey })}
      onClose={onClose}
    >
      {(form) => (
        <>
          <TextInput label={f.name} maxLength={NAME_MAX} data-autofocus {...form.field('name')} />
          <div className={css.two}>
            <TextInput
              label={f.importance}
              description={f.ratingHint}
              inputMode="decimal"
              {...form.field('importance')}
            />
            <TextInput
              label={f.satisfaction}
              description={f.ratingHint}
              inputMode="decimal"
              {...form.field('satisfaction')}
            />
            <TextInput label={f.ratings} inputMode="numeric" {...form.field('ratings')} />
          </div>
          <div className={css.two}>
            <NativeSelect
              label={f.owner}
              {...form.field('owner')}
              data={[
                { value: '', label: f.ownerNone },
                ...(owners.data?.items ?? []).map(({ user_id, name }) => ({ value: user_id, label: name })),
                ...(isListed(form.values.owner)
                  ? []
                  : [{ value: form.values.owner, label: attribute?.owner_name ?? form.values.owner }]),
              ]}
            />
            <TextInput label={f.due_on} type="date" {...form.field('due_on')} />
          </div>
          <Textarea label={f.note} maxLength={TEXT_MAX} rows={2} {...form.field('note')} />
          {!isNew && (
            <Checkbox
              label={f.done}
              checked={form.values.done === 'true'}
              onChange={(event) => form.set('done', event.currentTarget.checked ? 'true' : '')}
            />
          )}
        </>
      )}
    </VersionedDialog>
  );
}
