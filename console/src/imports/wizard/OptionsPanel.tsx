import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ImportOptions } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { supportedValues } from '@/shared/ui/supportedValues';
import { DELIMITERS } from './delimiters';
import css from './wizard.module.css';

const AUTO = 'auto';
const DATE_ORDERS = ['ymd', 'dmy', 'mdy'] as const;
const DECIMAL_MARKS = ['point', 'comma'] as const;
const PHONE_REGIONS = ['china', 'north_america'] as const;
/** Columns differ: no choice of its own, only what is. */
const MIXED = 'mixed';
const ENCODINGS = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const;

interface Props {
  options: Partial<ImportOptions>;
  onOptions: (part: Partial<ImportOptions>) => void;
  moreOpen?: boolean;
}

/** How the files are read: what was found out, and what this person chose instead. */
export function OptionsPanel({ options, onOptions, moreOpen }: Props) {
  const t = useT();
  const w = t.wizard;
  return (
    <Panel title={w.options}>
      <div className={css.options}>
        <Select
          label={w.timeZone}
          data={supportedValues('timeZone', options.time_zone ?? null)}
          value={options.time_zone ?? null}
          onChange={(value) => value && onOptions({ time_zone: value })}
          searchable
          limit={60}
        />
        <Select
          label={w.currency}
          data={supportedValues('currency', options.currency ?? null)}
          value={options.currency ?? null}
          onChange={(value) => value && onOptions({ currency: value })}
          searchable
          limit={60}
        />
        <Select
          label={w.dateOrder}
          data={[
            { value: AUTO, label: w.dateOrders.auto },
            ...DATE_ORDERS.map((value) => ({ value, label: w.dateOrders[value] })),
          ]}
          value={options.date_order ?? AUTO}
          onChange={(value) =>
            onOptions({ date_order: value === AUTO ? null : (value as ImportOptions['date_order']) })
          }
        />
        <DecimalMarkField marks={options.decimal_marks ?? {}} onOptions={onOptions} />
        {options.phone_region && (
          <Select
            label={w.phoneRegion}
            data={[
              { value: AUTO, label: w.auto },
              ...PHONE_REGIONS.map((value) => ({ value, label: w.phoneRegions[value] })),
            ]}
            value={options.phone_region}
            onChange={(value) =>
              onOptions({ phone_region: value === AUTO ? null : (value as ImportOptions['phone_region']) })
            }
          />
        )}
      </div>
      <details className={css.more} open={moreOpen}>
        <summary>{w.moreOptions}</summary>
        <div className={css.options}>
          <Select
            label={w.encoding}
            data={[{ value: AUTO, label: w.auto }, ...ENCODINGS.map((value) => ({ value, label: w.encodings[value] }))]}
            value={options.encoding ?? AUTO}
            onChange={(value) => onOptions({ encoding: value === AUTO ? null : value })}
          />
          <Select
            label={w.delimiter}
            data={[
              { value: AUTO, label: w.auto },
              ...DELIMITERS.map(({ value, name }) => ({ value, label: w.delimiters[name] })),
            ]}
            value={options.delimiter ?? AUTO}
            onChange={(value) => onOptions({ delimiter: value === AUTO ? null : value })}
          />
          <SourceField key={options.source} value={options.source ?? ''} onSource={(source) => onOptions({ source })} />
        </div>
      </details>
    </Panel>
  );
}

/** The decimal mark of all columns of numbers; nothing where there are none. */
function DecimalMarkField({
  marks,
  onOptions,
}: {
  marks: ImportOptions['decimal_marks'];
  onOptions: Props['onOptions'];
}) {
  const w = useT().wizard;
  const columns = Object.keys(marks);
  const found = new Set(Object.values(marks));
  if (columns.length === 0) return null;
  const set = (mark: string | null) =>
    onOptions({
      decimal_marks:
        mark === 'point' || mark === 'comma' ? Object.fromEntries(columns.map((column) => [column, mark])) : {},
    });
  return (
    <Select
      label={w.decimalMark}
      data={[
        { value: AUTO, label: w.auto },
        ...DECIMAL_MARKS.map((value) => ({ value, label: w.decimalMarks[value] })),
        ...(found.size > 1 ? [{ value: MIXED, label: w.decimalMarks.mixed, disabled: true }] : []),
      ]}
      value={found.size > 1 ? MIXED : ([...found][0] ?? AUTO)}
      onChange={set}
    />
  );
}

/** Taken over when it is left: every change reads the files again. */
function SourceField({ value, onSource }: { value: string; onSource: (source: string | null) => void }) {
  const w = useT().wizard;
  const [text, setText] = useState(value);
  return (
    <TextInput
      label={w.source}
      description={w.sourceHint}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => text.trim() !== value && onSource(text.trim() || null)}
    />
  );
}
