import { Select, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ImportOptions, ImportPreview, Mapping, PreviewColumn } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, type Messages, useT } from '@/shared/i18n';
import { Chip, type Tone } from '@/shared/ui/Chip';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import css from './wizard.module.css';

const IDENTITY = new Set(['customer_id', 'email', 'phone', 'member_no', 'other_id']);
const TRAIT = 'trait:';
const AS_TRAIT = 'trait';

interface Props {
  preview: ImportPreview;
  refreshing: boolean;
  mapping: Mapping;
  onMap: (column: string, field: string) => void;
  options: Partial<ImportOptions>;
  onOptions: (part: Partial<ImportOptions>) => void;
}

export function MatchStep({ preview, refreshing, mapping, onMap, options, onOptions }: Props) {
  const t = useT();
  const fmt = useFmt();
  const w = t.imports.wizard;
  return (
    <div className={css.stack} aria-busy={refreshing || undefined}>
      <Panel title={w.detected}>
        {preview.layout && <Chip tone="primary">{lookup(w.layouts, preview.layout)}</Chip>}
        <ul>
          {preview.files.map((file) => (
            <li key={file.name} className={css.fileFact}>
              <span>{file.name}</span>
              <span className="muted">
                {w.fileFacts(
                  [file.format.toUpperCase(), file.compression === 'none' ? '' : file.compression]
                    .filter(Boolean)
                    .join(' + '),
                  [file.encoding?.toUpperCase(), file.delimiter && delimiterName(t, file.delimiter)]
                    .filter(Boolean)
                    .join(' · '),
                  fmt.bytes(file.size_bytes),
                )}
              </span>
            </li>
          ))}
        </ul>
      </Panel>
      {preview.missing.length > 0 && (
        <Notice tone="warning" title={w.missing}>
          <ul>
            {preview.missing.map((missing) => (
              <li key={`${missing.field} ${missing.why}`} data-testid="missing-field" title={missing.why}>
                {missingText(t, preview, missing.field)}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {preview.currency_assumed && preview.options.currency && (
        <Notice tone="info">{w.currencyAssumed(preview.options.currency)}</Notice>
      )}
      <Panel title={w.columns}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <section className={css.scroll} tabIndex={0} aria-label={w.columns}>
          <table className={css.columns} data-match>
            <thead>
              <tr>
                <th scope="col">{w.columnName}</th>
                <th scope="col">{w.samples}</th>
                <th scope="col">{w.field}</th>
                <th scope="col">{w.confidence}</th>
              </tr>
            </thead>
            <tbody>
              {preview.columns.map((column) => (
                <ColumnRow
                  key={column.name}
                  column={column}
                  preview={preview}
                  chosen={mapping[column.name]}
                  onMap={(field) => onMap(column.name, field)}
                />
              ))}
            </tbody>
          </table>
        </section>
      </Panel>
      <OptionsPanel options={{ ...preview.options, ...options }} onOptions={onOptions} />
    </div>
  );
}

const DELIMITERS: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' };

function delimiterName(t: Messages, delimiter: string): string {
  const name = DELIMITERS[delimiter];
  return name ? lookup(t.imports.wizard.delimiters, name) : delimiter;
}

const OPTIONS = new Set(['currency', 'time_zone', 'date_order']);

/** What to do about a field: choose a column, keep one of several, or set an option. */
function missingText(t: Messages, preview: ImportPreview, field: string): string {
  const w = t.imports.wizard;
  const name = lookup(t.imports.fields, field);
  if (OPTIONS.has(field)) return w.optionText(name);
  const columns = Object.values(preview.mapping).filter((target) => target === field).length;
  return columns > 1 ? w.duplicateText(name) : w.missingText(name);
}

interface RowProps {
  column: PreviewColumn;
  preview: ImportPreview;
  chosen: string | undefined;
  onMap: (field: string) => void;
}

function ColumnRow({ column, preview, chosen, onMap }: RowProps) {
  const t = useT();
  const w = t.imports.wizard;
  const field = chosen ?? column.field ?? 'ignore';
  const isTrait = field.startsWith(TRAIT);
  const data = useMemo(() => {
    const option = (one: { field: string; required: boolean }) => ({
      value: one.field,
      label: lookup(t.imports.fields, one.field) + (one.required ? ` (${w.required})` : ''),
    });
    const fields = preview.fields.filter((one) => !one.field.startsWith(AS_TRAIT));
    return [
      { group: w.groups.identity, items: fields.filter((one) => IDENTITY.has(one.field)).map(option) },
      { group: w.groups.fields, items: fields.filter((one) => !IDENTITY.has(one.field)).map(option) },
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
        <ul className={css.samples}>
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
  const w = t.imports.wizard;
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

const DATE_ORDERS = ['auto', 'ymd', 'dmy', 'mdy'] as const;

/** Newer runtimes list the zones and currencies; older ones fall back to what is set. */
function supportedValues(kind: 'timeZone' | 'currency', current: string | null): string[] {
  const values = Intl.supportedValuesOf?.(kind) ?? [];
  return current === null || values.includes(current) ? values : [current, ...values];
}

function OptionsPanel({
  options,
  onOptions,
}: {
  options: ImportOptions;
  onOptions: (part: Partial<ImportOptions>) => void;
}) {
  const t = useT();
  const w = t.imports.wizard;
  return (
    <Panel title={w.options}>
      <div className={css.options}>
        <Select
          label={w.timeZone}
          data={supportedValues('timeZone', options.time_zone)}
          value={options.time_zone}
          onChange={(value) => value && onOptions({ time_zone: value })}
          searchable
          limit={60}
        />
        <Select
          label={w.currency}
          data={supportedValues('currency', options.currency)}
          value={options.currency}
          onChange={(value) => value && onOptions({ currency: value })}
          searchable
          limit={60}
        />
        <Select
          label={w.dateOrder}
          data={DATE_ORDERS.map((value) => ({ value, label: w.dateOrders[value] }))}
          value={options.date_order ?? 'auto'}
          onChange={(value) =>
            onOptions({ date_order: value === 'auto' ? null : (value as ImportOptions['date_order']) })
          }
        />
      </div>
    </Panel>
  );
}
