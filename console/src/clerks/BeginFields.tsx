import { Radio, TextInput } from '@mantine/core';
import type { Day } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import css from './clerks.module.css';

export interface Begin {
  kind: 'now' | 'day';
  day: Day;
}

interface Props {
  label: string;
  value: Begin;
  error?: string;
  onChange: (begin: Begin) => void;
}

/** Since when it holds: from now on, or from the begin of a day that is over or of today. */
export function BeginFields({ label, value, error, onChange }: Props) {
  const f = useT().clerks.fields;
  const fmt = useFmt();
  return (
    <>
      <Radio.Group
        label={label}
        value={value.kind}
        onChange={(kind) => onChange({ ...value, kind: kind as Begin['kind'] })}
      >
        <div className={css.choices}>
          <Radio value="now" label={f.now} />
          <Radio value="day" label={f.fromDay} />
        </div>
      </Radio.Group>
      {value.kind === 'day' && (
        <TextInput
          type="date"
          label={f.day}
          description={f.dayHint(fmt.timeZone)}
          max={fmt.day(new Date().toISOString())}
          value={value.day}
          error={error}
          onChange={(event) => onChange({ ...value, day: event.currentTarget.value })}
        />
      )}
    </>
  );
}
