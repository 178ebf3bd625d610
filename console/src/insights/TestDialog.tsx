import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { OrderedFields } from '@/shared/ui/OrderedFields';
import { createTest, testsQuery, updateTest } from './api';
import {
  ARMS_MAX,
  ARMS_MIN,
  type ArmForm,
  armsOf,
  EMPTY_ARM,
  emptyTest,
  INNOVATIONS,
  NAME_MAX,
  TEXT_MAX,
  type TestForm,
  testFaults,
  testForm,
  testOf,
} from './forms';
import css from './insights.module.css';
import type { InnovationTest } from './types';

interface Props {
  /** Null: a new one is registered. */
  test: InnovationTest | null;
  onClose: () => void;
}

/** What is tried, on what hypothesis, and how many of each arm converted. */
export function TestDialog({ test, onClose }: Props) {
  const t = useT();
  const i = t.insights;
  const f = i.testForm;
  const fmt = useFmt();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const isNew = test === null;
  const say = (field: keyof TestForm, value: string) =>
    field === 'innovation'
      ? lookup(i.innovations, value)
      : field === 'arms'
        ? armsOf({ arms: value })
            .map(({ name, people, conversions }) => `${name} ${conversions}/${people}`)
            .join(', ')
        : value;
  return (
    <VersionedDialog<InnovationTest, TestForm>
      size="lg"
      title={isNew ? i.newTest : f.changeTitle}
      action={isNew ? f.create : f.save}
      done={isNew ? f.created : f.saved}
      thing={test}
      empty={emptyTest(fmt.day(new Date().toISOString()))}
      formOf={testForm}
      draft={isNew ? 'innovation-test' : `innovation-test.${test.id}`}
      labelOf={(field) => f[field]}
      say={say}
      faultsOf={(form) => testFaults(t, form)}
      create={(form, key) => createTest(testOf(form), key)}
      update={(base, form) => updateTest(base, testOf(form))}
      latest={async ({ id }) => {
        const { items } = await queryClient.fetchQuery({ ...testsQuery, staleTime: 0 });
        return items.find((one) => one.id === id);
      }}
      onSaved={({ id }) => {
        queryClient.invalidateQueries({ queryKey: testsQuery.queryKey });
        if (isNew) navigate({ to: '/insights', search: { tab: 'tests', test: id }, resetScroll: false });
      }}
      onClose={onClose}
    >
      {(form) => (
        <>
          <TextInput label={f.name} maxLength={NAME_MAX} data-autofocus {...form.field('name')} />
          <Textarea
            label={f.hypothesis}
            description={f.hypothesisHint}
            maxLength={TEXT_MAX}
            rows={2}
            {...form.field('hypothesis')}
          />
          <div className={css.two}>
            <NativeSelect
              label={f.innovation}
              data={INNOVATIONS.map((value) => ({ value, label: i.innovations[value] }))}
              {...form.field('innovation')}
            />
            <TextInput label={f.started_on} type="date" {...form.field('started_on')} />
          </div>
          <OrderedFields<ArmForm>
            legend={f.arms}
            error={form.errors.arms}
            words={f}
            items={armsOf(form.values)}
            least={ARMS_MIN}
            most={ARMS_MAX}
            add={f.add}
            made={EMPTY_ARM}
            onChange={(next) => form.set('arms', JSON.stringify(next))}
          >
            {(arm, { place, number, tools, change }) => (
              <>
                <div className={css.head}>
                  <TextInput
                    label={place === 0 ? f.control : f.arm(number)}
                    maxLength={NAME_MAX}
                    value={arm.name}
                    onChange={(event) => change({ ...arm, name: event.currentTarget.value })}
                  />
                  {tools}
                </div>
                <div className={css.two}>
                  <TextInput
                    label={f.people(number)}
                    inputMode="numeric"
                    value={arm.people}
                    onChange={(event) => change({ ...arm, people: event.currentTarget.value })}
                  />
                  <TextInput
                    label={f.conversions(number)}
                    inputMode="numeric"
                    value={arm.conversions}
                    onChange={(event) => change({ ...arm, conversions: event.currentTarget.value })}
                  />
                </div>
              </>
            )}
          </OrderedFields>
        </>
      )}
    </VersionedDialog>
  );
}
