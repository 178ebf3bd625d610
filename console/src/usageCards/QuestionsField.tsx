import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { CLASSES, type ProfileField } from '@/fields/registry/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import type { Fields } from '@/shared/ui/useFields';
import { type CardForm, EMPTY_QUESTION, moved, QUESTIONS_MAX, questionsOf, TEXT_MAX, textOf } from './cardForm';
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
  const set = (next: UsageQuestion[]) => form.set('questions', textOf(next));
  const taken = new Set(questions.map(({ field }) => field));
  return (
    <fieldset className={css.questions}>
      <legend>{f.questions}</legend>
      {form.errors.questions && (
        <p className={css.error} role="alert">
          {form.errors.questions}
        </p>
      )}
      <ol>
        {questions.map((question, place) => (
          // A question has no name of its own; it is what stands at its place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={place}>
            <Question
              question={question}
              place={place}
              count={questions.length}
              fields={fields.filter(
                ({ name, archived_at }) => name === question.field || (archived_at === null && !taken.has(name)),
              )}
              onChange={(next) => set(questions.map((one, at) => (at === place ? next : one)))}
              onMove={(by) => set(moved(questions, place, by))}
              onRemove={() => set(questions.filter((_, at) => at !== place))}
            />
          </li>
        ))}
      </ol>
      {questions.length < QUESTIONS_MAX && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={() => set([...questions, EMPTY_QUESTION])}
        >
          {f.addQuestion}
        </Button>
      )}
    </fieldset>
  );
}

interface QuestionProps {
  question: UsageQuestion;
  place: number;
  count: number;
  /** Those that it may fill. */
  fields: ProfileField[];
  onChange: (next: UsageQuestion) => void;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
}

function Question({ question, place, count, fields, onChange, onMove, onRemove }: QuestionProps) {
  const t = useT();
  const f = t.usageCards.form;
  const nameOf = useNameOf();
  const number = useFmt().count(place + 1);
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
    <div className={css.question}>
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
        <span className={css.questionTools}>
          <ActionIcon size={28} disabled={place === 0} aria-label={f.up(number)} onClick={() => onMove(-1)}>
            <IconArrowUp size={16} />
          </ActionIcon>
          <ActionIcon size={28} disabled={place === count - 1} aria-label={f.down(number)} onClick={() => onMove(1)}>
            <IconArrowDown size={16} />
          </ActionIcon>
          <ActionIcon size={28} disabled={count === 1} aria-label={f.remove(number)} onClick={onRemove}>
            <IconTrash size={16} />
          </ActionIcon>
        </span>
      </div>
      <div className={css.two}>
        {text('text_zh')}
        {text('text_en')}
      </div>
    </div>
  );
}
