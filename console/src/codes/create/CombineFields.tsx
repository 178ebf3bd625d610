import { ActionIcon, Button, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import css from '../codes.module.css';
import { PARAMETERS_MAX, type ValueList } from './newCodes';

interface Props {
  lists: ValueList[];
  onChange: (lists: ValueList[]) => void;
}

/** What people write first, in this order. */
const USUAL = ['place', 'material', 'staff', 'channel'];

/** Parameters, each with one or more values: every combination becomes a code. */
export function CombineFields({ lists, onChange }: Props) {
  const t = useT();
  const f = t.codes.form;
  const change = (place: number, part: Partial<ValueList>) =>
    onChange(lists.map((list, index) => (index === place ? { ...list, ...part } : list)));
  const unused = USUAL.find((name) => lists.every((list) => list.name !== name));
  return (
    <Panel title={f.parameters} testId="code-parameters">
      <p className={css.about}>{f.parametersAbout}</p>
      <div className={css.stack}>
        <div>
          {lists.map((list, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row has nothing else that stays while it is typed
            <div key={place} className={css.parameterRow}>
              <TextInput
                label={f.parameter}
                description={f.parameterHint}
                value={list.name}
                onChange={(event) => change(place, { name: event.currentTarget.value })}
              />
              <Textarea
                label={list.name ? f.valuesOf(list.name) : f.values}
                autosize
                minRows={2}
                maxRows={10}
                value={list.values}
                onChange={(event) => change(place, { values: event.currentTarget.value })}
              />
              <ActionIcon
                size={36}
                variant="default"
                aria-label={f.removeParameter(list.name)}
                onClick={() => onChange(lists.filter((_, index) => index !== place))}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </div>
          ))}
        </div>
        <Button
          variant="default"
          className={css.start}
          leftSection={<IconPlus size={16} />}
          disabled={lists.length >= PARAMETERS_MAX}
          onClick={() => onChange([...lists, { name: unused ?? '', values: '' }])}
        >
          {f.addParameter}
        </Button>
      </div>
    </Panel>
  );
}
