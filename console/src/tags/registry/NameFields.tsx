import { TextInput } from '@mantine/core';
import { CODE_MAX, NAME_MAX, suggestingCode } from '@/app/forms/codes';
import { useT } from '@/shared/i18n';
import type { Fields } from '@/shared/ui/useFields';
import type { TagForm } from './tagForm';

/** Two names and a code, which is suggested from the English name and stays. */
export function NameFields<Form extends Record<keyof Form, string> & TagForm>({
  form,
  isNew,
}: {
  form: Fields<Form>;
  isNew: boolean;
}) {
  const f = useT().tagRegistry.form;
  return (
    <>
      <TextInput label={f.nameZh} maxLength={NAME_MAX} data-autofocus {...form.field('name_zh')} />
      <TextInput
        label={f.nameEn}
        maxLength={NAME_MAX}
        {...(isNew ? suggestingCode(form, 'name_en', 'code') : form.field('name_en'))}
      />
      <TextInput
        label={f.code}
        description={isNew ? f.codeHint : f.codeStays}
        maxLength={CODE_MAX}
        disabled={!isNew}
        {...form.field('code')}
      />
    </>
  );
}
