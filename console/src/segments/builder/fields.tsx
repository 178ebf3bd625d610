import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useT } from '@/shared/i18n';
import type { RuleName } from '../types';
import css from './builder.module.css';
import { type Length, type Test, UNITS, type Unit } from './condition';
import { literalOf, opsOf, testWith, typedOf } from './types';

interface ValueProps {
  label: string;
  /** What the field shows while nobody types in it. */
  value: string;
  /** What is kept of what is typed; null: it is no such value, and what was kept stays. */
  read: (typed: string) => string | null;
  onChange: (value: string) => void;
  type?: 'text' | 'date';
  numeric?: boolean;
  first?: boolean;
  wide?: boolean;
}

/** A field of which only what can be kept is kept: half a number is shown, and not told on. */
export function ValueField({ label, value, read, onChange, type = 'text', numeric, first, wide }: ValueProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? value;
  return (
    <TextInput
      size="xs"
      type={type}
      aria-label={label}
      className={wide ? css.wide : numeric ? css.narrow : css.value}
      inputMode={numeric ? 'decimal' : undefined}
      value={shown}
      error={typed !== null && read(typed) === null}
      autoComplete="off"
      translate="no"
      data-first={first || undefined}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setTyped(next);
        const kept = read(next);
        if (kept !== null) onChange(kept);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

interface ChoiceProps<V extends string> {
  label: string;
  value: V;
  data: { value: V; label: string; isName?: boolean }[];
  onChange: (value: V) => void;
  first?: boolean;
}

export function ChoiceField<V extends string>({ label, value, data, onChange, first }: ChoiceProps<V>) {
  return (
    <NativeSelect
      size="xs"
      aria-label={label}
      className={css.choice}
      value={value}
      data-first={first || undefined}
      onChange={(event) => onChange(event.currentTarget.value as V)}
    >
      {data.map((one) => (
        <option key={one.value} value={one.value} translate={one.isName ? 'no' : undefined}>
          {one.label}
        </option>
      ))}
    </NativeSelect>
  );
}

const WHOLE = /^[1-9]\d{0,5}$/;
export const whole = (typed: string) => (WHOLE.test(typed.trim()) ? typed.trim() : null);

export function LengthFields({
  length,
  onChange,
  first,
}: {
  length: Length;
  onChange: (length: Length) => void;
  first?: boolean;
}) {
  const b = useT().ruleBuilder;
  return (
    <>
      <ValueField
        numeric
        first={first}
        label={b.length}
        value={length.count}
        read={whole}
        onChange={(count) => onChange({ ...length, count })}
      />
      <ChoiceField<Unit>
        label={b.lengthUnit}
        value={length.unit}
        data={UNITS.map((value) => ({ value, label: b.units[value] ?? value }))}
        onChange={(unit) => onChange({ ...length, unit })}
      />
    </>
  );
}

interface TestProps {
  of: RuleName;
  isOfCustomer?: boolean;
  test: Test;
  currency: string;
  onChange: (test: Test) => void;
  /** The value is what is filled in first. */
  first?: boolean;
}

/** How something is compared, and with what: by its type. */
export function TestFields({ of, isOfCustomer = false, test, currency, onChange, first }: TestProps) {
  const b = useT().ruleBuilder;
  const { type, allowed } = of;
  const value = (literal: string, label: string, put: (literal: string) => void) => {
    if (type === 'boolean')
      return (
        <ChoiceField
          first={first}
          label={label}
          value={literal}
          data={[
            { value: 'true', label: b.yes },
            { value: 'false', label: b.no },
          ]}
          onChange={put}
        />
      );
    const typed = typedOf(literal);
    if (type === 'text' && allowed.length > 0)
      return (
        <ChoiceField
          first={first}
          label={label}
          value={typed}
          data={[
            ...(allowed.includes(typed) ? [] : [{ value: typed, label: typed || b.choose, isName: typed !== '' }]),
            ...allowed.map((one) => ({ value: one, label: one, isName: true })),
          ]}
          onChange={(one) => put(literalOf('text', one, currency) ?? literal)}
        />
      );
    return (
      <>
        <ValueField
          first={first}
          label={label}
          type={type === 'day' || type === 'instant' ? 'date' : 'text'}
          numeric={type === 'number' || type === 'money'}
          value={typed}
          read={(text) => literalOf(type, text, currency)}
          onChange={put}
        />
        {type === 'money' && (
          <span className={css.word} translate="no">
            {currency}
          </span>
        )}
      </>
    );
  };
  return (
    <>
      <ChoiceField
        label={b.test}
        value={test.op}
        data={opsOf(type, isOfCustomer, test.op).map((op) => ({ value: op, label: b.ops[op] }))}
        onChange={(op) => onChange(testWith(op, test, type, currency))}
      />
      {'value' in test && value(test.value, b.value, (literal) => onChange({ ...test, value: literal }))}
      {test.op === 'between' && (
        <>
          {value(test.from, b.value, (from) => onChange({ ...test, from }))}
          <span className={css.word}>{b.to}</span>
          {value(test.to, b.to, (to) => onChange({ ...test, to }))}
        </>
      )}
      {test.op === 'one' && (
        <ValueField
          wide
          first={first}
          label={b.values}
          value={test.values.map(typedOf).join(', ')}
          read={(text) =>
            text.split(/[,，]/).every((part) => literalOf(type, part.trim(), currency) !== null) ? text : null
          }
          onChange={(text) =>
            onChange({
              ...test,
              values: text.split(/[,，]/).flatMap((part) => literalOf(type, part.trim(), currency) ?? []),
            })
          }
        />
      )}
      {'length' in test && (
        <LengthFields first={first} length={test.length} onChange={(length) => onChange({ ...test, length })} />
      )}
      {'share' in test && (
        <ValueField
          numeric
          first={first}
          label={b.value}
          value={test.share}
          read={(text) => (/^\d{1,2}(\.\d+)?$/.test(text.trim()) && Number(text) > 0 ? text.trim() : null)}
          onChange={(share) => onChange({ ...test, share })}
        />
      )}
    </>
  );
}
