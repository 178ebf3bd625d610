import { NativeSelect, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { CLASSES, type ProfileField } from '@/fields/registry/types';
import { lookup, useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { OrderedFields } from '@/shared/ui/OrderedFields';
import type { Fields } from '@/shared/ui/useFields';
import { type CardForm, EMPTY_QUESTION, QUESTIONS_MAX, questionsOf, TEXT_MAX, textOf } from './cardForm';
import type { UsageQuestion } from './types';
import css from './usageCards.module.css';

interface Props {
  form: Fields<CardForm>;
  /** Of the registry, those that are archived too. */
  fields: ProfileField[];
}

/** The questions of a card in their order, each with the field that its answer fills. */
export function QuestionsField({ form, fields }: Props) {
  const { form: f } = useT().usageCards;
  const questions = questionsOf(form.values);
  const taken = new Set(questions.map(({ field }) => field));
  return (
    <OrderedFields
      legend={f.questions}
      error={form.errors.questions}
      words={f}
      items={questions}
      least={1}
      most={QUESTIONS_MAX}
      add={f.addQuestion}
      made={EMPTY_QUESTION}
      onChange={(next) => form.set('questions', textOf(next))}
    >
      {(question, { number, tools, change }) => (
        <Question
          question={question}
          number={number}
          tools={tools}
          fields={fields.filter(
            ({ name, archived_at }) => name === question.field || (archived_at === null && !taken.has(name)),
          )}
          onChange={change}
        />
      )}
    </OrderedFields>
  );
}

interface QuestionProps {
  question: UsageQuestion;
  number: string;
  tools: ReactNode;
  /** Those that it may fill. */
  fields: ProfileField[];
  onChange: (next: UsageQuestion) => void;
}

function Question({ question, number, tools, fields, onChange }: QuestionProps) {
  const t = useT();
  const f = t.usageCards.form;
  const nameOf = useNameOf();
  const known = fields.some(({ name }) => name === question.field);
  const groups = CLASSES.map((klass) => ({
    group: lookup(t.fields.classes, klass),
    items: fields.filter((one) => one.class === klass).map((one) => ({ value: one.name, label: nameOf(one) })),
  })).filter(({ items }) => items.length > 0);
  const text = (name: 'text_zh' | 'text_en') => (
    <TextInput
      label={f.textOf[name](number)}
      maxLength={TEXT_MAX}
      lang={name === 'text_zh' ? 'zh-CN' : 'en'}
      value={question[name]}
      onChange={(event) => onChange({ ...question, [name]: event.currentTarget.value })}
    />
  );
  return (
    <>
      <div className={css.questionHead}>
        <NativeSelect
          label={f.fieldOf(number)}
          value={question.field}
          onChange={(event) => onChange({ ...question, field: event.currentTarget.value })}
          data={[
            { value: '', label: f.chooseField },
            ...(question.field !== '' && !known ? [{ value: question.field, label: question.field }] : []),
            ...groups,
          ]}
        />
        {tools}
      </div>
      <div className={css.two}>
        {text('text_zh')}
        {text('text_en')}
      </div>
    </>
  );
}
