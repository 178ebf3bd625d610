import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { NAME_MAX, suggestingCode } from '@/app/forms/codes';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { lookup, useT } from '@/shared/i18n';
import type { Fields } from '@/shared/ui/useFields';
import { createField, fieldsQuery, updateField } from './api';
import { EMPTY, type FieldForm, faultsOf, formOf, hasValues, settingsOf, TRAIT_NAME_MAX } from './fieldForm';
import { CLASSES, type ProfileField, TYPES } from './types';

interface Props {
  /** Null: a new one is made. */
  field: ProfileField | null;
  onClose: () => void;
}

export function FieldDialog({ field, onClose }: Props) {
  const t = useT();
  const r = t.fieldRegistry;
  const queryClient = useQueryClient();
  const isNew = field === null;
  const say = (of: keyof FieldForm, value: string) => {
    if (of === 'class') return lookup(t.fields.classes, value);
    if (of === 'personal') return value === '' ? r.form.no : r.form.yes;
    return value.split('\n').join(' · ');
  };
  return (
    <VersionedDialog<ProfileField, FieldForm>
      title={isNew ? r.create : r.change.title}
      action={isNew ? r.create : r.change.save}
      done={isNew ? r.created : r.change.done}
      thing={field}
      empty={EMPTY}
      formOf={formOf}
      draft={isNew ? 'field' : `field.${field.name}`}
      labelOf={(of) => r.form[of]}
      say={say}
      faultsOf={(form) => faultsOf(t, form)}
      taken={{ name: r.form.taken }}
      create={(form, key) => {
        const { archived: _, ...settings } = settingsOf(form, false);
        return createField({ name: form.name, ...settings }, key);
      }}
      update={(base, form) => updateField(base.name, base.version, settingsOf(form, base.archived_at !== null))}
      latest={async ({ name }) => {
        const { items } = await queryClient.fetchQuery({ ...fieldsQuery, staleTime: 0 });
        return items.find((one) => one.field.name === name)?.field;
      }}
      onSaved={() => {
        queryClient.invalidateQueries({ queryKey: fieldsQuery.queryKey });
        queryClient.invalidateQueries({ queryKey: ['field-coverage'] });
      }}
      onClose={onClose}
    >
      {(form) => <Inputs form={form} isNew={isNew} />}
    </VersionedDialog>
  );
}

function Inputs({ form, isNew }: { form: Fields<FieldForm>; isNew: boolean }) {
  const t = useT();
  const { form: f, types } = t.fieldRegistry;
  return (
    <>
      <TextInput label={f.name_zh} maxLength={NAME_MAX} data-autofocus {...form.field('name_zh')} />
      <TextInput
        label={f.name_en}
        maxLength={NAME_MAX}
        {...(isNew ? suggestingCode(form, 'name_en', 'name') : form.field('name_en'))}
      />
      <TextInput
        label={f.name}
        description={isNew ? f.nameHint : f.nameStays}
        maxLength={TRAIT_NAME_MAX}
        disabled={!isNew}
        {...form.field('name')}
      />
      <NativeSelect
        label={f.class}
        data={CLASSES.map((value) => ({ value, label: lookup(t.fields.classes, value) }))}
        {...form.field('class')}
      />
      <NativeSelect
        label={f.type}
        description={isNew ? f.typeHint : f.typeStays}
        disabled={!isNew}
        data={TYPES.map((value) => ({ value, label: lookup(types, value) }))}
        {...form.field('type')}
      />
      {hasValues(form.values.type) && (
        <Textarea label={f.allowed} description={f.allowedHint} rows={5} {...form.field('allowed')} />
      )}
      <TextInput label={f.weight} description={f.weightHint} inputMode="numeric" {...form.field('weight')} />
      <NativeSelect
        label={f.personal}
        description={f.personalHint}
        data={[
          { value: '', label: f.no },
          { value: 'yes', label: f.yes },
        ]}
        {...form.field('personal')}
      />
    </>
  );
}
