import { quoted } from '../ruleText';
import type { Catalogue, RuleName, ValueType } from '../types';
import { type Condition, type Facts, type Literal, type Op, type Test, unquoted } from './condition';

// What a form asks of a value follows from its type: which comparisons there are, and what they begin with.

const ORDERED: Op[] = ['>=', '>', '<=', '<', 'is', 'between', 'exists'];
const OPS: Record<ValueType, Op[]> = {
  text: ['is', 'one', 'contains', 'starts', 'exists'],
  number: ORDERED,
  money: ORDERED,
  boolean: ['is', 'exists'],
  day: ['last', 'next', 'birthday', 'is', '>=', '<=', 'between', 'exists'],
  instant: ['last', 'next', 'exists'],
};

/** Those that a value of this type has; of customers numbers also have a rank. What stands is among them always. */
export function opsOf(type: ValueType, isOfCustomer: boolean, now: Op): Op[] {
  const ranked = isOfCustomer && (type === 'number' || type === 'money');
  const ops = [...OPS[type], ...(ranked ? (['top', 'bottom'] as const) : [])];
  return ops.includes(now) ? ops : [...ops, now];
}

/** So many digits behind the point as the currency has: a rule names amounts with just these. */
function amount(text: string, currency: string): string {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
  return `${Number(text).toFixed(digits)} ${currency}`;
}

/** What is typed, as a rule writes it; null where it is no such value. */
export function literalOf(type: ValueType, typed: string, currency: string): Literal | null {
  if (type === 'text') return quoted(typed);
  if (type === 'boolean') return typed === 'true' ? 'true' : 'false';
  if (type === 'day' || type === 'instant') return /^\d{4}-\d\d-\d\d$/.test(typed) ? typed : null;
  const text = typed.trim();
  if (!/^-?\d+(\.\d+)?$/.test(text)) return null;
  return type === 'money' ? amount(text, currency) : text;
}

/** What stands in the field. */
export function typedOf(literal: Literal): string {
  return literal.startsWith('"') ? unquoted(literal) : (literal.split(' ')[0] ?? '');
}

/** A test to go on with, when another comparison is chosen: values stay where they can. */
export function testWith(op: Op, before: Test, type: ValueType, currency: string): Test {
  const first =
    'value' in before
      ? before.value
      : 'values' in before
        ? before.values[0]
        : 'from' in before
          ? before.from
          : undefined;
  const empty = {
    text: '""',
    number: '1',
    money: amount('100', currency),
    boolean: 'true',
    day: '2026-01-01',
    instant: '2026-01-01',
  };
  const value = first ?? empty[type];
  const length = 'length' in before ? before.length : { count: '30', unit: 'days' as const };
  if (op === 'exists') return { op };
  if (op === 'one') return { op, values: [value] };
  if (op === 'between') return { op, from: value, to: value };
  if (op === 'last' || op === 'next' || op === 'birthday') return { op, length };
  if (op === 'top' || op === 'bottom') return { op, share: 'share' in before ? before.share : '10' };
  return { op, value };
}

/** From what it is compared with, where the catalogue does not know a name. */
function guessed(test: Test): ValueType {
  if ('length' in test) return 'day';
  const literal =
    'value' in test ? test.value : 'values' in test ? test.values[0] : 'from' in test ? test.from : undefined;
  if (literal === undefined || literal.startsWith('"')) return 'text';
  if (literal === 'true' || literal === 'false') return 'boolean';
  if (/^\d{4}-/.test(literal)) return 'day';
  return literal.includes(' ') ? 'money' : 'number';
}

export interface Choice {
  line: boolean;
  name: RuleName;
}

/** What facts of these kinds can be narrowed by. */
export function propertiesOf(catalogue: Catalogue, of: string): Choice[] {
  const plain = (names: RuleName[]) => names.map((name) => ({ line: false, name }));
  const byKind: Record<string, Choice[]> = {
    orders: [...catalogue.lines.map((name) => ({ line: true, name })), ...plain(catalogue.orders)],
    refunds: plain(catalogue.orders),
    lines: plain([...catalogue.lines, ...catalogue.orders]),
    refund_lines: plain([...catalogue.lines, ...catalogue.orders]),
    pages: plain(catalogue.pages),
    screens: plain(catalogue.screens),
  };
  const event = /^event (".*")$/s.exec(of)?.[1];
  if (event !== undefined)
    return plain(catalogue.events.find(({ name }) => name === unquoted(event))?.properties ?? []);
  return byKind[of] ?? [];
}

export function typeOfWhere(
  catalogue: Catalogue,
  { of }: Facts,
  where: { line: boolean; property: string; test: Test },
) {
  const found = propertiesOf(catalogue, of).find(
    ({ line, name }) => line === where.line && name.name === where.property,
  );
  return found?.name ?? { name: where.property, type: guessed(where.test), allowed: [] };
}

export function typeOfField(catalogue: Catalogue, name: string, test: Test): RuleName {
  return catalogue.fields.find((one) => one.name === name) ?? { name, type: guessed(test), allowed: [] };
}

export function typeOfAmount(
  catalogue: Catalogue,
  { how, property, facts, test }: Condition & { kind: 'amount' },
): RuleName {
  if (how === 'distinct') return { name: property, type: 'number', allowed: [] };
  const [first = ''] = facts.of.split(' + ');
  const found = propertiesOf(catalogue, first).find(({ line, name }) => !line && name.name === property);
  return found?.name ?? { name: property, type: guessed(test), allowed: [] };
}
