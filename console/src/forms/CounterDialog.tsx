import { TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { clerksQuery } from '@/clerks/api';
import { assignmentNow } from '@/clerks/assignments';
import { useStoreNames } from '@/clerks/StoreName';
import { StoreSelect } from '@/clerks/StoreSelect';
import { CodeSelect, useCodes } from '@/codes/CodeSelect';
import { useT } from '@/shared/i18n';
import { SearchSelect } from '@/shared/ui/SearchSelect';
import { LoadingBlock } from '@/shared/ui/StateView';
import type { Fields } from '@/shared/ui/useFields';
import { useTree } from '@/stores/useTree';
import { countersQuery, createCounter, updateCounter } from './api';
import { type CounterForm, EMPTY, faultsOf, formOf, NAME_MAX, settingsOf } from './counterForm';
import type { Counter } from './types';

const NOBODY = 'none';
const FIELD_PX = 60;

interface Props {
  form: string;
  /** Null: a new one is made. */
  counter: Counter | null;
  onClose: () => void;
}

export function CounterDialog({ form: formId, counter, onClose }: Props) {
  const t = useT();
  const { counters: c, spots } = t.forms;
  const queryClient = useQueryClient();
  const storeOf = useStoreNames();
  const clerks = useQuery(clerksQuery).data?.items;
  const codes = useCodes().data?.items;
  const query = countersQuery(formId);
  const isNew = counter === null;
  const say = (field: keyof CounterForm, value: string) => {
    if (value === '') return spots.none;
    if (field === 'place') return storeOf(value);
    if (field === 'clerk') return clerks?.find(({ id }) => id === value)?.name ?? value;
    return (field === 'code' && codes?.find(({ code }) => code.id === value)?.code.name) || value;
  };
  return (
    <VersionedDialog<Counter, CounterForm>
      title={isNew ? c.create : c.change.title}
      action={isNew ? c.create : c.change.save}
      done={isNew ? c.created : c.change.done}
      thing={counter}
      empty={EMPTY}
      formOf={formOf}
      draft={isNew ? `counter.of.${formId}` : `counter.${counter.id}`}
      labelOf={(field) => c.form[field]}
      say={say}
      faultsOf={(form) => faultsOf(t, form)}
      create={(form, key) => createCounter(formId, settingsOf(form), key)}
      update={({ id, version, archived_at }, form) =>
        updateCounter(id, version, settingsOf(form), archived_at !== null)
      }
      latest={async ({ id }) => {
        const counters = await queryClient.fetchQuery({ ...query, staleTime: 0 });
        return counters.find((one) => one.id === id);
      }}
      onSaved={() => queryClient.invalidateQueries({ queryKey: query.queryKey })}
      onClose={onClose}
    >
      {(form) => <Inputs form={form} isNew={isNew} />}
    </VersionedDialog>
  );
}

function Inputs({ form, isNew }: { form: Fields<CounterForm>; isNew: boolean }) {
  const { counters: c, codes, stores } = useT().forms;
  const f = c.form;
  const tree = useTree();
  const storeOf = useStoreNames();
  const clerks = useQuery(clerksQuery).data?.items;
  const { values, errors, set } = form;
  const clerkChoices = (clerks ?? []).map((clerk) => {
    const store = assignmentNow(clerk)?.store;
    return { value: clerk.id, label: store === undefined ? clerk.name : `${clerk.name} · ${storeOf(store)}` };
  });
  return (
    <>
      {!isNew && <p>{c.change.text}</p>}
      <TextInput label={f.name} description={f.nameHint} maxLength={NAME_MAX} data-autofocus {...form.field('name')} />
      {tree ? (
        <StoreSelect
          label={f.place}
          tree={tree}
          words={stores}
          value={values.place || null}
          error={errors.place}
          onChange={(store) => set('place', store ?? '')}
        />
      ) : (
        <LoadingBlock height={FIELD_PX} />
      )}
      <SearchSelect
        label={f.clerk}
        description={f.clerkHint}
        data={[{ value: NOBODY, label: c.noClerk }, ...clerkChoices]}
        placeholder={f.clerkPlaceholder}
        nothingFoundMessage={f.noClerkFound}
        value={values.clerk || NOBODY}
        error={errors.clerk}
        onChange={(clerk) => set('clerk', clerk === null || clerk === NOBODY ? '' : clerk)}
      />
      <CodeSelect
        label={f.code}
        words={codes}
        none={c.formCode}
        value={values.code || null}
        error={errors.code}
        onChange={(code) => set('code', code ?? '')}
      />
    </>
  );
}
