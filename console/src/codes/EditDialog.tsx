import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { useBrand } from '@/customers/useBrand';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { codeQuery, updateCode } from './api';
import { changeOf, type EditForm, faultsOf, formOf } from './edit';
import { NAME_MAX } from './limits';
import { minorOf, moneyIn } from './money';
import type { Code } from './types';

interface Props {
  code: Code;
  onSaved: (code: Code) => void;
  onClose: () => void;
}

export function EditDialog({ code, onSaved, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const brand = useBrand();
  const { edit: e, form: f } = t.codes;
  const queryClient = useQueryClient();
  const say = (field: keyof EditForm, value: string) =>
    field === 'cost' ? fmt.money(moneyIn(brand, minorOf(value, brand.exponent) ?? 0)) : value;
  return (
    <VersionedDialog<Code, EditForm>
      title={e.title}
      action={e.save}
      done={e.done}
      size="lg"
      thing={code}
      empty={{ name: '', target: '', cost: '' }}
      formOf={(one) => formOf(one, brand)}
      draft={`code.${code.id}`}
      labelOf={(field) => f[field]}
      say={say}
      faultsOf={(form) => faultsOf(form, brand, t)}
      update={({ id, version }, form) => updateCode(id, version, changeOf(form, brand))}
      latest={({ id }) => queryClient.fetchQuery({ ...codeQuery(id), staleTime: 0 })}
      onSaved={onSaved}
      onClose={onClose}
    >
      {(form) => (
        <>
          <TextInput label={f.name} maxLength={NAME_MAX} data-autofocus {...form.field('name')} />
          <TextInput label={f.target} description={f.targetHint} type="url" {...form.field('target')} />
          <TextInput
            label={f.cost}
            description={f.costHint}
            inputMode="decimal"
            leftSection={fmt.symbol(brand.currency) || undefined}
            {...form.field('cost')}
          />
          <p className="muted">{e.text}</p>
        </>
      )}
    </VersionedDialog>
  );
}
