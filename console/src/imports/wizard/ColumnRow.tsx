import { Select, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ImportPreview, PreviewColumn } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip, type Tone } from '@/shared/ui/Chip';
import css from './wizard.module.css';

const IDENTIFIERS = new Set(['customer_id', 'email', 'phone', 'member_no', 'other_id']);
const TRAIT = 'trait:';
const AS_TRAIT = 'trait';

interface Props {
  column: PreviewColumn;
  preview: ImportPreview;
  chosen: string | undefined;
  onMap: (field: string) => void;
}

/** One column of the file: samples, the field it means, and how sure that is. */
export function ColumnRow({ column, preview, chosen, onMap }: Props) {
  const t = useT();
  const w = t.wizard;
  const field = chosen ?? column.field ?? 'ignore';
  const isTrait = field.startsWith(TRAIT);
  const data = useMemo(() => {
    const option = (one: { field: string; required: boolean }) => ({
      value: one.field,
      label: lookup(t.imports.fields, one.field) + (one.required ? ` (${w.required})` : ''),
    });
    const fields = preview.fields.filter((one) => !one.field.startsWith(AS_TRAIT));
    return [
      { group: w.groups.identity, items: fields.filter((one) => IDENTIFIERS.has(one.field)).map(option) },
      { group: w.groups.fields, items: fields.filter((one) => !IDENTIFIERS.has(one.field)).map(option) },
      {
        group: w.groups.other,
        items: [
          { value: AS_TRAIT, label: w.asTrait },
          { value: 'ignore', label: w.ignore },
        ],
      },
    ];
  }, [preview.fields, t, w]);
  return (
    <tr data-testid={`column-${column.name}`} data-field={field}>
      <th scope="row" className="mono">
        {column.name}
      </th>
      <td>
        <ul className={css.samples} translate="no">
          {column.samples
            .filter((sample) => sample !== '')
            .slice(0, 3)
            .map((sample, index) => (
              <li key={`${sample} ${String(index)}`}>{sample}</li>
            ))}
        </ul>
      </td>
      <td className={css.fieldCell}>
        <Select
          aria-label={`${column.name}: ${w.field}`}
          data={data}
          value={isTrait ? AS_TRAIT : field}
          onChange={(value) => onMap(value === AS_TRAIT ? TRAIT + column.name : (value ?? 'ignore'))}
          searchable
        />
        {isTrait && (
          <TraitName
            key={field}
            value={field.slice(TRAIT.length)}
            label={`${column.name}: ${w.traitName}`}
            onChange={(name) => onMap(TRAIT + name)}
          />
        )}
      </td>
      <td>
        <Confidence column={column} chosen={chosen !== undefined} />
      </td>
    </tr>
  );
}

function TraitName({ value, label, onChange }: { value: string; label: string; onChange: (name: string) => void }) {
  const [text, setText] = useState(value);
  return (
    <TextInput
      mt={4}
      size="xs"
      aria-label={label}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => text.trim() && text.trim() !== value && onChange(text.trim())}
    />
  );
}

function Confidence({ column, chosen }: { column: PreviewColumn; chosen: boolean }) {
  const t = useT();
  const fmt = useFmt();
  const w = t.wizard;
  if (chosen) return <Chip tone="primary">{w.why.user}</Chip>;
  if (!column.field) return <Chip>{w.unmatched}</Chip>;
  const [word, tone]: [string, Tone] =
    column.confidence >= 0.9
      ? [w.sure, 'success']
      : column.confidence >= 0.6
        ? [w.likely, 'info']
        : [w.unsure, 'warning'];
  return (
    <span title={fmt.percent(column.confidence, 0)} className={css.confidence}>
      <Chip tone={tone}>{word}</Chip>
      <span className="muted">{column.why ? lookup(w.why, column.why) : ''}</span>
    </span>
  );
}
