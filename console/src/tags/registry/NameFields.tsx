import { TextInput } from '@mantine/core';
import { CODE_MAX, codeFrom, NAME_MAX } from '@/app/forms/codes';
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
  const setEnglish = (name: string) => {
    // As long as nobody has typed a code of their own.
    if (isNew && form.values.code === codeFrom(form.values.name_en)) form.set('code', codeFrom(name));
    form.set('name_en', name);
  };
  return (
    <>
      <TextInput label={f.nameZh} maxLength={NAME_MAX} data-autofocus {...form.field('name_zh')} />
      <TextInput
        label={f.nameEn}
        maxLength={NAME_MAX}
        {...form.field('name_en')}
        onChange={(event) => setEnglish(event.currentTarget.value)}
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
