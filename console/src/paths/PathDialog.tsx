import { NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { CODE_MAX, NAME_MAX, suggestingCode } from '@/app/forms/codes';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { OrderedFields } from '@/shared/ui/OrderedFields';
import type { Fields } from '@/shared/ui/useFields';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import { allPaths, type Path, type Paths, pathsQuery, putPaths } from './api';
import {
  EMPTY,
  EMPTY_STEP,
  faultsOf,
  formOf,
  hasNames,
  KINDS,
  type PathForm,
  pathOf,
  STEPS_MAX,
  STEPS_MIN,
  type StepForm,
  stepsOf,
  withPath,
} from './pathForm';
import css from './paths.module.css';

interface Props {
  paths: Paths;
  /** Null: a new one is made. */
  path: Path | null;
  onClose: () => void;
}

/** A path of the brand's own. It holds at once, for all facts that there are. */
export function PathDialog({ paths, path, onClose }: Props) {
  const p = useT().paths;
  const f = p.form;
  const fmt = useFmt();
  const queryClient = useQueryClient();
  const isNew = path === null;
  const latest = () => queryClient.fetchQuery({ ...pathsQuery({ from: null, until: null }), staleTime: 0 });
  const save = async (base: Paths, form: PathForm) => {
    await putPaths(base.version, withPath(base, pathOf(form)));
    return base;
  };
  const say = (field: keyof PathForm, value: string) =>
    field === 'steps'
      ? stepsOf({ steps: value })
          .map((step) => lookup(p.kinds, step.kind))
          .join(' → ')
      : value;
  return (
    <VersionedDialog<Paths, PathForm>
      size="lg"
      title={isNew ? p.create : p.change.title}
      action={isNew ? p.create : p.change.save}
      done={p.saved}
      thing={isNew ? null : paths}
      empty={EMPTY}
      formOf={({ items }) => formOf(items.find(({ code }) => code === path?.code) ?? path ?? pathOf(EMPTY))}
      draft={isNew ? 'path' : `path.${path.code}`}
      labelOf={(field) => f[field]}
      say={say}
      faultsOf={(form) => {
        const taken = isNew && paths.items.some(({ code }) => code === form.code);
        return { ...faultsOf(p, fmt.count, form), ...(taken ? { code: f.taken } : {}) };
      }}
      create={async (form) => {
        const now = await latest();
        return save(now, form);
      }}
      update={save}
      latest={latest}
      onSaved={() => {
        queryClient.invalidateQueries(allPaths);
        queryClient.invalidateQueries({ queryKey: ['customer'] });
      }}
      onClose={onClose}
    >
      {(form) => <Inputs form={form} isNew={isNew} />}
    </VersionedDialog>
  );
}

function Inputs({ form, isNew }: { form: Fields<PathForm>; isNew: boolean }) {
  const f = useT().paths.form;
  return (
    <>
      <div className={css.two}>
        <TextInput label={f.name_zh} lang="zh-CN" maxLength={NAME_MAX} data-autofocus {...form.field('name_zh')} />
        <TextInput
          label={f.name_en}
          lang="en"
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
      </div>
      <OrderedFields
        legend={f.steps}
        error={form.errors.steps}
        words={f}
        items={stepsOf(form.values)}
        least={STEPS_MIN}
        most={STEPS_MAX}
        add={f.add}
        made={EMPTY_STEP}
        onChange={(next) => form.set('steps', JSON.stringify(next))}
      >
        {(step, { place, number, tools, change }) => (
          <Step step={step} isFirst={place === 0} number={number} tools={tools} onChange={change} />
        )}
      </OrderedFields>
    </>
  );
}

interface StepProps {
  step: StepForm;
  isFirst: boolean;
  number: string;
  tools: ReactNode;
  onChange: (next: StepForm) => void;
}

function Step({ step, isFirst, number, tools, onChange }: StepProps) {
  const p = useT().paths;
  const f = p.form;
  const { choices, nameOf } = useTouchPoints();
  const isListed = step.touch_point === '' || choices.some(({ value }) => value === step.touch_point);
  const on = (field: keyof StepForm) => (event: { currentTarget: { value: string } }) =>
    onChange({ ...step, [field]: event.currentTarget.value });
  return (
    <>
      <div className={css.head}>
        <NativeSelect
          label={f.kind(number)}
          value={step.kind}
          onChange={on('kind')}
          data={KINDS.map((value) => ({ value, label: p.kinds[value] }))}
        />
        {tools}
      </div>
      {hasNames(step.kind) && (
        <TextInput
          label={f.names(number)}
          description={f.namesHint}
          spellCheck={false}
          value={step.names}
          onChange={on('names')}
        />
      )}
      <div className={css.two}>
        <NativeSelect
          label={f.touchPoint(number)}
          value={step.touch_point}
          onChange={on('touch_point')}
          data={[
            { value: '', label: f.anyTouchPoint },
            ...choices,
            ...(isListed ? [] : [{ value: step.touch_point, label: nameOf(step.touch_point) }]),
          ]}
        />
        <TextInput
          label={f.channel(number)}
          maxLength={100}
          spellCheck={false}
          value={step.channel}
          onChange={on('channel')}
        />
        {!isFirst && (
          <TextInput
            label={f.within(number)}
            description={f.withinHint}
            inputMode="numeric"
            value={step.within_hours}
            onChange={on('within_hours')}
          />
        )}
      </div>
    </>
  );
}
