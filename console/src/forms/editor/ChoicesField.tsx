import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import css from './editor.module.css';
import { CHOICES_MAX, type ChoiceDraft, EMPTY_CHOICE, NAME_MAX } from './formForm';

interface Props {
  legend: string;
  choices: ChoiceDraft[];
  /** Of the field that the answer fills: no others may be chosen. Empty: any. */
  allowed: string[];
  error?: string;
  onChange: (choices: ChoiceDraft[]) => void;
}

/** What may be chosen, each with its words in both languages. */
export function ChoicesField({ legend, choices, allowed, error, onChange }: Props) {
  const f = useT().formEditor;
  const fmt = useFmt();
  const isFixed = allowed.length > 0;
  const missing = allowed.filter((value) => !choices.some((one) => one.value === value));
  const change = (place: number, part: Partial<ChoiceDraft>) =>
    onChange(choices.map((one, at) => (at === place ? { ...one, ...part } : one)));
  return (
    <fieldset className={css.choices}>
      <legend>{legend}</legend>
      <p className={css.note}>{isFixed ? f.choicesOfField : f.choicesOwn}</p>
      {error && (
        <p className={css.error} role="alert">
          {error}
        </p>
      )}
      {choices.map((choice, place) => {
        const number = fmt.count(place + 1);
        const words = (name: 'zh' | 'en') => (
          <TextInput
            aria-label={f.choice[name](number)}
            placeholder={choice.value || f.choice[name](number)}
            translate="no"
            lang={name === 'en' ? 'en' : 'zh-CN'}
            maxLength={NAME_MAX}
            value={choice[name]}
            onChange={(event) => change(place, { [name]: event.currentTarget.value })}
          />
        );
        return (
          // It has no name of its own; it is what stands at its place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <div key={place} className={css.choice}>
            <TextInput
              aria-label={f.choice.value(number)}
              placeholder={f.choice.value(number)}
              readOnly={isFixed}
              maxLength={NAME_MAX}
              value={choice.value}
              onChange={(event) => change(place, { value: event.currentTarget.value })}
            />
            {words('zh')}
            {words('en')}
            <ActionIcon
              size={28}
              aria-label={f.choice.remove(number)}
              onClick={() => onChange(choices.filter((_, at) => at !== place))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </div>
        );
      })}
      {isFixed && missing.length > 0 && (
        <Button
          variant="default"
          size="xs"
          onClick={() => onChange([...choices, ...missing.map((value) => ({ ...EMPTY_CHOICE, value }))])}
        >
          {f.allChoices}
        </Button>
      )}
      {!isFixed && choices.length < CHOICES_MAX && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...choices, EMPTY_CHOICE])}
        >
          {f.addChoice}
        </Button>
      )}
    </fieldset>
  );
}
