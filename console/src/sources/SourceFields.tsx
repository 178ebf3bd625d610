import { NativeSelect, TextInput } from '@mantine/core';
import type { SourceKind, UserIdType } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import type { Fields } from '@/shared/ui/useFields';
import { RATE_LIMIT_MAX, type SourceForm } from './sourceForm';

const KINDS: SourceKind[] = ['website', 'app', 'mini_program', 'server', 'till', 'other'];
const USER_ID_TYPES: UserIdType[] = ['user_id', 'customer_id', 'member_no'];
const NAME_CHARACTERS_MAX = 100;

interface Props {
  form: Fields<SourceForm>;
  /** The source exists: what userId was for earlier messages stays. */
  exists?: boolean;
}

export function SourceFields({ form, exists }: Props) {
  const t = useT();
  const f = t.sources.form;
  return (
    <>
      <TextInput
        label={f.name}
        description={f.nameHint}
        data-autofocus
        maxLength={NAME_CHARACTERS_MAX}
        {...form.field('name')}
      />
      <NativeSelect
        label={f.kind}
        data={KINDS.map((value) => ({ value, label: t.sources.kinds[value] }))}
        {...form.field('kind')}
      />
      <NativeSelect
        label={f.userIdType}
        description={exists ? `${f.userIdTypeHint} ${t.sources.edit.laterOnly}` : f.userIdTypeHint}
        data={USER_ID_TYPES.map((value) => ({ value, label: f.userIdTypes[value] }))}
        {...form.field('user_id_type')}
      />
      <TextInput
        type="number"
        label={f.rateLimit}
        description={f.rateLimitHint}
        min={1}
        max={RATE_LIMIT_MAX}
        step={1}
        {...form.field('rate_limit')}
      />
    </>
  );
}
