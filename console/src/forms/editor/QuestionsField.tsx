import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { CLASSES, type ProfileField, TYPES } from '@/fields/registry/types';
import { lookup, useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { OrderedFields } from '@/shared/ui/OrderedFields';
import type { Fields } from '@/shared/ui/useFields';
import { ChoicesField } from './ChoicesField';
import css from './editor.module.css';
import {
  EMPTY_FIELD,
  FIELDS_MAX,
  type FieldDraft,
  type FormForm,
  fieldsOf,
  filling,
  IDENTIFIERS,
  isIdentifier,
  NAME_MAX,
} from './formForm';

/** Among the names of fields there is none with a blank. */
const OWN = 'own trait';

interface Props {
  form: Fields<FormForm>;
  /** Fields that answers may fill. */
  registry: ProfileField[];
}

/** The questions in their order, each with the field that its answer fills. */
export function QuestionsField({ form, registry }: Props) {
  const f = useT().formEditor;
  const fields = fieldsOf(form.values);
  const taken = new Set(fields.map(({ name }) => name));
  const errors = form.errors as Record<string, string | undefined>;
  return (
    <>
      <p className={css.note}>{f.fieldsAbout}</p>
      <OrderedFields
        isTitled
        legend={f.fields}
        error={errors.fields}
        words={f}
        items={fields}
        least={1}
        most={FIELDS_MAX}
        add={f.addField}
        made={EMPTY_FIELD}
        onChange={(next) => form.set('fields', JSON.stringify(next))}
      >
        {(field, { place, number, tools, change }) => (
          <Question
            field={field}
            number={number}
            tools={tools}
            registry={registry}
            isFree={(name) => name === field.name || !taken.has(name)}
            errorOf={(of) => errors[`fields.${place}.${of}`]}
            onChange={change}
          />
        )}
      </OrderedFields>
    </>
  );
}

interface QuestionProps {
  field: FieldDraft;
  number: string;
  tools: ReactNode;
  registry: ProfileField[];
  isFree: (name: string) => boolean;
  errorOf: (part: string) => string | undefined;
  onChange: (next: FieldDraft) => void;
}

function Question({ field, number, tools, registry, isFree, errorOf, onChange }: QuestionProps) {
  const t = useT();
  const f = t.formEditor;
  const { kinds } = t.forms;
  const nameOf = useNameOf();
  const known = registry.find(({ name }) => name === field.name);
  const isOwn = field.is_own || (field.name !== '' && !isIdentifier(field.name) && known === undefined);
  const groups = [
    { group: f.identifiers, items: IDENTIFIERS.filter(isFree).map((name) => ({ value: name, label: kinds[name] })) },
    ...CLASSES.map((klass) => ({
      group: lookup(t.fields.classes, klass),
      items: registry
        .filter((one) => one.class === klass && isFree(one.name))
        .map((one) => ({ value: one.name, label: nameOf(one) })),
    })),
  ].filter(({ items }) => items.length > 0);
  const choose = (name: string) =>
    onChange(name === OWN ? { ...filling(field, '', registry), is_own: true } : filling(field, name, registry));
  const hasChoices = field.kind === 'choice' || field.kind === 'choices';
  const limits = field.kind === 'text' || field.kind === 'integer' ? field.kind : null;
  const text = (name: 'zh' | 'en') => (
    <TextInput
      label={f.label[name](number)}
      lang={name === 'en' ? 'en' : 'zh-CN'}
      maxLength={NAME_MAX}
      value={field[name]}
      error={errorOf(name) ?? (name === 'zh' ? errorOf('label') : undefined)}
      onChange={(event) => onChange({ ...field, [name]: event.currentTarget.value })}
    />
  );
  const limit = (name: 'min' | 'max', of: 'text' | 'integer') => (
    <TextInput
      label={f[name][of]}
      placeholder={name === 'max' && of === 'text' ? f.maxUsual : undefined}
      inputMode="numeric"
      value={field[name]}
      error={name === 'max' ? errorOf('max') : undefined}
      onChange={(event) => onChange({ ...field, [name]: event.currentTarget.value })}
    />
  );
  return (
    <>
      <div className={css.head}>
        <NativeSelect
          label={f.fills(number)}
          translate="no"
          description={field.kind !== '' && !isOwn ? f.kindOf(lookup(kinds, field.kind)) : undefined}
          value={isOwn ? OWN : field.name}
          error={isOwn ? undefined : (errorOf('name') ?? errorOf('kind'))}
          onChange={(event) => choose(event.currentTarget.value)}
          data={[
            { value: '', label: f.chooseField },
            ...groups,
            { group: f.others, items: [{ value: OWN, label: f.ownTrait }] },
          ]}
        />
        {tools}
      </div>
      {isOwn && (
        <div className={css.two}>
          <TextInput
            label={f.ownName(number)}
            description={f.ownNameHint}
            value={field.name}
            error={errorOf('name')}
            onChange={(event) => onChange({ ...field, name: event.currentTarget.value, is_own: true })}
          />
          <NativeSelect
            label={f.kind(number)}
            value={field.kind}
            error={errorOf('kind')}
            onChange={(event) =>
              onChange({ ...field, kind: event.currentTarget.value, min: '', max: '', choices: [], is_own: true })
            }
            data={[{ value: '', label: f.chooseKind }, ...TYPES.map((value) => ({ value, label: kinds[value] }))]}
          />
        </div>
      )}
      <div className={css.two}>
        {text('zh')}
        {text('en')}
      </div>
      {hasChoices && (
        <ChoicesField
          legend={f.choices(number)}
          choices={field.choices}
          allowed={known?.allowed ?? []}
          error={errorOf('choices')}
          onChange={(choices) => onChange({ ...field, choices })}
        />
      )}
      {limits && (
        <div className={css.limits}>
          {limit('min', limits)}
          {limit('max', limits)}
        </div>
      )}
      <Checkbox
        label={f.requiredShort}
        aria-label={f.required(number)}
        checked={field.is_required}
        onChange={(event) => onChange({ ...field, is_required: event.currentTarget.checked })}
      />
    </>
  );
}
