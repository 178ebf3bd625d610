import { useState } from 'react';
import { useT } from '@/shared/i18n';
import type { Catalogue } from '../types';
import css from './builder.module.css';
import {
  type Condition,
  conditionOf,
  conditionText,
  type Facts,
  type Times,
  unquoted,
  type Where,
  type Window,
} from './condition';
import { ChoiceField, LengthFields, TestFields, ValueField, whole } from './fields';
import { propertiesOf, testWith, typeOfAmount, typeOfField, typeOfWhere } from './types';

interface Props {
  catalogue: Catalogue;
  text: string;
  onChange: (text: string) => void;
}

const named = (names: string[], now: string) =>
  [...new Set([...names, now])].map((name) => ({ value: name, label: name, isName: true }));

/** The fields of one condition; a condition that has none is typed. */
export function ConditionFields({ catalogue, text, onChange }: Props) {
  const b = useT().ruleBuilder;
  const condition = conditionOf(text);
  const put = (next: Condition) => onChange(conditionText(next));
  const currency = catalogue.currency ?? 'CNY';
  switch (condition.kind) {
    case 'tag':
    case 'tagGroup':
    case 'segment': {
      const names = { tag: catalogue.tags, tagGroup: catalogue.tag_groups, segment: catalogue.segments };
      return (
        <>
          <span className={css.word}>{b[condition.kind]}</span>
          <ChoiceField
            first
            label={b[condition.kind]}
            value={condition.name}
            data={named(names[condition.kind], condition.name)}
            onChange={(name) => put({ ...condition, name })}
          />
        </>
      );
    }
    case 'identifier':
      return (
        <>
          <span className={css.word}>{b.identifier}</span>
          <ValueField
            first
            label={b.identifier}
            value={condition.name}
            read={(typed) => (typed.trim() === '' ? null : typed.trim())}
            onChange={(name) => put({ ...condition, name })}
          />
        </>
      );
    case 'reachable':
      return (
        <>
          <span className={css.word}>{b.reachable}</span>
          <ChoiceField
            first
            label={b.channel}
            value={condition.channel ?? ''}
            data={[
              { value: '', label: b.anyChannel },
              ...named(catalogue.channels, condition.channel ?? '').filter(({ value }) => value),
            ]}
            onChange={(channel) => put({ ...condition, channel: channel === '' ? null : channel })}
          />
        </>
      );
    case 'consent':
      return (
        <>
          <span className={css.word}>{b.consent}</span>
          <ChoiceField
            label={b.purpose}
            value={condition.purpose}
            data={named(catalogue.purposes, condition.purpose)}
            onChange={(purpose) => put({ ...condition, purpose })}
          />
          <ChoiceField
            first
            label={b.consent}
            value={condition.decision}
            data={(['granted', 'denied', 'revoked'] as const).map((value) => ({ value, label: b.decisions[value] }))}
            onChange={(decision) => put({ ...condition, decision })}
          />
          <ChoiceField
            label={b.channel}
            value={condition.channel ?? ''}
            data={[
              { value: '', label: b.allChannels },
              ...named(catalogue.channels, condition.channel ?? '').filter(({ value }) => value),
            ]}
            onChange={(channel) => put({ ...condition, channel: channel === '' ? null : channel })}
          />
        </>
      );
    case 'field':
      return (
        <>
          <span className={css.word} translate="no">
            {condition.name}
          </span>
          <TestFields
            first
            isOfCustomer
            of={typeOfField(catalogue, condition.name, condition.test)}
            test={condition.test}
            currency={currency}
            onChange={(test) => put({ ...condition, test })}
          />
        </>
      );
    case 'times': {
      const { facts, times } = condition;
      const isNarrowed = facts.where !== null && typeof facts.where !== 'string';
      return (
        <>
          <FactsFields catalogue={catalogue} facts={facts} onChange={(next) => put({ ...condition, facts: next })} />
          <TimesFields
            first={!isNarrowed && facts.of !== 'anything'}
            times={times}
            onChange={(next) => put({ ...condition, times: next })}
          />
          <WindowFields
            first={!isNarrowed && facts.of === 'anything'}
            window={facts.window}
            onChange={(window) => put({ ...condition, facts: { ...facts, window } })}
          />
        </>
      );
    }
    case 'amount': {
      const { facts, how, property } = condition;
      return (
        <>
          <span className={css.word}>{b.amounts[how](property)}</span>
          <FactsFields catalogue={catalogue} facts={facts} onChange={(next) => put({ ...condition, facts: next })} />
          <TestFields
            first
            isOfCustomer
            of={typeOfAmount(catalogue, condition)}
            test={condition.test}
            currency={currency}
            onChange={(test) => put({ ...condition, test })}
          />
          <WindowFields
            window={facts.window}
            onChange={(window) => put({ ...condition, facts: { ...facts, window } })}
          />
        </>
      );
    }
    case 'text':
      return (
        <ValueField
          wide
          first
          label={b.text}
          value={condition.text}
          read={(typed) => (typed.trim() === '' ? null : typed)}
          onChange={onChange}
        />
      );
  }
}

interface FactsProps {
  catalogue: Catalogue;
  facts: Facts;
  onChange: (facts: Facts) => void;
}

/** Which facts: their kind, and by what they are narrowed. */
function FactsFields({ catalogue, facts, onChange }: FactsProps) {
  const b = useT().ruleBuilder;
  const { of, where } = facts;
  const currency = catalogue.currency ?? 'CNY';
  const label = of
    .split(' + ')
    .map((kind) => (kind.startsWith('event ') ? b.event(unquoted(kind.slice(6))) : (b.facts[kind] ?? kind)))
    .join(' + ');
  const key = (one: { line: boolean; property: string }) => `${one.line ? 'line' : 'fact'} ${one.property}`;
  const properties = propertiesOf(catalogue, of).map(({ line, name }) => ({
    value: key({ line, property: name.name }),
    label: line ? b.line(name.name) : name.name,
    isName: !line,
    begin: (): Where => ({
      line,
      property: name.name,
      test: testWith(
        name.type === 'day' || name.type === 'instant'
          ? 'exists'
          : name.type === 'text' || name.type === 'boolean'
            ? 'is'
            : '>=',
        { op: 'exists' },
        name.type,
        currency,
      ),
    }),
  }));
  if (typeof where === 'string')
    return (
      <>
        <span className={css.word}>{label}</span>
        <ValueField
          wide
          label={b.whereText}
          value={where}
          read={(typed) => (typed.trim() === '' ? null : typed)}
          onChange={(next) => onChange({ ...facts, where: next })}
        />
      </>
    );
  const now = where ? key(where) : '';
  const isKnown = properties.some(({ value }) => value === now);
  return (
    <>
      <span className={css.word}>{label}</span>
      {(properties.length > 0 || where) && (
        <ChoiceField
          label={b.where}
          value={now}
          data={[
            { value: '', label: b.everything },
            ...(where && !isKnown
              ? [{ value: now, label: where.line ? b.line(where.property) : where.property, isName: !where.line }]
              : []),
            ...properties.map(({ value, label: name, isName }) => ({ value, label: name, isName })),
          ]}
          onChange={(next) =>
            onChange({ ...facts, where: properties.find(({ value }) => value === next)?.begin() ?? null })
          }
        />
      )}
      {where && (
        <TestFields
          first
          of={typeOfWhere(catalogue, facts, where)}
          test={where.test}
          currency={currency}
          onChange={(test) => onChange({ ...facts, where: { ...where, test } })}
        />
      )}
    </>
  );
}

function TimesFields({ times, onChange, first }: { times: Times; onChange: (times: Times) => void; first: boolean }) {
  const b = useT().ruleBuilder;
  const count = times.verb === 'never' ? '1' : times.count;
  return (
    <>
      <ChoiceField
        label={b.times}
        value={times.verb}
        data={(['>=', '<=', 'is', 'never'] as const).map((value) => ({ value, label: b.verbs[value] }))}
        onChange={(verb) => onChange(verb === 'never' ? { verb } : { verb, count })}
        first={first && times.verb === 'never'}
      />
      {times.verb !== 'never' && (
        <>
          <ValueField
            numeric
            first={first}
            label={b.count}
            value={times.count}
            read={whole}
            onChange={(next) => onChange({ ...times, count: next })}
          />
          <span className={css.word}>{b.unitTimes}</span>
        </>
      )}
    </>
  );
}

const LENGTHS = [
  ['7', 'days'],
  ['30', 'days'],
  ['60', 'days'],
  ['90', 'days'],
  ['6', 'months'],
  ['1', 'years'],
] as const;
const THIS = ['month', 'year'];

interface WindowProps {
  window: Window;
  onChange: (window: Window) => void;
  first?: boolean;
}

/** The usual times by name, any other by its length. */
function WindowFields({ window, onChange, first }: WindowProps) {
  const b = useT().ruleBuilder;
  const [other, setOther] = useState(false);
  const key = (one: Window) =>
    one.kind === 'ever'
      ? 'ever'
      : one.kind === 'this'
        ? `this ${one.unit}`
        : `${one.kind} ${one.length.count} ${one.length.unit}`;
  const lengths: Window[] = LENGTHS.map(([count, unit]) => ({ kind: 'last', length: { count, unit } }));
  const usual: Window[] = [{ kind: 'ever' }, ...lengths, ...THIS.map((unit): Window => ({ kind: 'this', unit }))];
  const all = usual.some((one) => key(one) === key(window)) ? usual : [...usual, window];
  const label = (one: Window) => {
    if (one.kind === 'ever') return b.windows.ever;
    if (one.kind === 'this') return b.windows.this(b.periods[one.unit] ?? one.unit);
    const { count, unit } = one.length;
    return b.windows[one.kind](count, b.units[unit] ?? unit);
  };
  return (
    <>
      <ChoiceField
        first={first}
        label={b.window}
        value={other && window.kind === 'last' ? 'other' : key(window)}
        data={[
          ...all.map((one) => ({ value: key(one), label: label(one) })),
          { value: 'other', label: b.windows.other },
        ]}
        onChange={(next) => {
          setOther(next === 'other');
          const chosen = all.find((one) => key(one) === next);
          if (chosen) onChange(chosen);
          else if (window.kind !== 'last') onChange({ kind: 'last', length: { count: '30', unit: 'days' } });
        }}
      />
      {other && window.kind === 'last' && (
        <LengthFields length={window.length} onChange={(length) => onChange({ kind: 'last', length })} />
      )}
    </>
  );
}
