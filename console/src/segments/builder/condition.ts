import { nameText, quoted, tokensOf } from '../ruleText';

// One condition, as far as a form has fields for it. What it has none for stays a text, and is typed.

/** A value as a rule writes it: `"lens"`, `2`, `500.00 CNY`, `true`, `2026-01-31`, `60%`. */
export type Literal = string;

export const UNITS = ['minutes', 'hours', 'days', 'weeks', 'months', 'years'] as const;
export type Unit = (typeof UNITS)[number];
export interface Length {
  count: string;
  unit: Unit;
}

export type Test =
  | { op: 'exists' }
  | { op: 'is' | 'contains' | 'starts' | '>=' | '>' | '<=' | '<'; value: Literal }
  | { op: 'one'; values: Literal[] }
  | { op: 'between'; from: Literal; to: Literal }
  | { op: 'last' | 'next' | 'birthday'; length: Length }
  | { op: 'top' | 'bottom'; share: string };
export type Op = Test['op'];

export type Window =
  | { kind: 'ever' }
  | { kind: 'last'; length: Length }
  | { kind: 'this'; unit: string }
  | { kind: 'full'; length: Length };

export interface Where {
  /** Of a line of the order. */
  line: boolean;
  property: string;
  test: Test;
}

export interface Facts {
  /** As they are written: `orders`, `orders + refunds`, `event "Product Added"`. */
  of: string;
  /** Those that count; a text where there are no fields for it. */
  where: Where | string | null;
  window: Window;
}

export type Times = { verb: 'never' } | { verb: '>=' | '<=' | 'is'; count: string };
export const AMOUNTS = ['sum', 'average', 'min', 'max', 'distinct', 'first', 'last'] as const;

export type Condition =
  | { kind: 'tag' | 'tagGroup' | 'segment' | 'identifier'; name: string }
  | { kind: 'reachable'; channel: string | null }
  | { kind: 'consent'; decision: 'granted' | 'denied' | 'revoked'; purpose: string; channel: string | null }
  | { kind: 'field'; name: string; test: Test }
  | { kind: 'times'; times: Times; facts: Facts }
  | { kind: 'amount'; how: (typeof AMOUNTS)[number]; property: string; facts: Facts; test: Test }
  | { kind: 'text'; text: string };

class NotThis extends Error {}

/** Reads tokens one by one; whatever is not as expected makes the condition a text. */
class Reader {
  private at = 0;
  private readonly tokens: string[];

  constructor(text: string) {
    this.tokens = tokensOf(text).filter((token) => token.trim() !== '');
  }

  peek(ahead = 0): string | undefined {
    return this.tokens[this.at + ahead];
  }

  next(): string {
    const token = this.tokens[this.at];
    if (token === undefined) throw new NotThis();
    this.at += 1;
    return token;
  }

  /** Whether these words follow; then they are read. */
  has(...words: string[]): boolean {
    if (!words.every((word, place) => this.peek(place) === word)) return false;
    this.at += words.length;
    return true;
  }

  expect(...words: string[]) {
    if (!this.has(...words)) throw new NotThis();
  }

  end() {
    if (this.at < this.tokens.length) throw new NotThis();
  }

  name(): string {
    const token = this.next();
    if (token.startsWith('"')) return unquoted(token);
    if (!/^[\p{L}$_]/u.test(token)) throw new NotThis();
    return token;
  }

  literal(): Literal {
    const token = this.next();
    if (token.startsWith('"')) return token;
    const isNumber = /^-?\d+(\.\d+)?$/.test(token);
    if (isNumber && /^[A-Z]{3}$/.test(this.peek() ?? '')) return `${token} ${this.next()}`;
    if (isNumber && this.has('%')) return `${token}%`;
    if (isNumber || token === 'true' || token === 'false' || /^\d{4}-\d\d-\d\d$/.test(token)) return token;
    throw new NotThis();
  }

  length(): Length {
    const count = this.next();
    const unit = UNITS.find((one) => one === this.peek() || one === `${this.peek()}s`);
    if (!/^\d+$/.test(count) || !unit) throw new NotThis();
    this.next();
    return { count, unit };
  }

  /** What stands in brackets that open here. */
  inBrackets(): string {
    this.expect('[');
    const inner: string[] = [];
    for (let depth = 1; ; ) {
      const token = this.next();
      if (token === '[') depth += 1;
      if (token === ']') depth -= 1;
      if (depth === 0) return inner.join(' ');
      inner.push(token);
    }
  }
}

export function unquoted(literal: Literal): string {
  return literal.startsWith('"') ? literal.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : literal;
}

function testOf(reader: Reader): Test {
  if (reader.has('exists')) return { op: 'exists' };
  if (reader.has('is', 'one', 'of', '(')) {
    const values = [reader.literal()];
    while (reader.has(',')) values.push(reader.literal());
    reader.expect(')');
    return { op: 'one', values };
  }
  if (reader.has('is') || reader.has('=')) return { op: 'is', value: reader.literal() };
  if (reader.has('contains')) return { op: 'contains', value: reader.literal() };
  if (reader.has('starts', 'with')) return { op: 'starts', value: reader.literal() };
  if (reader.has('between')) {
    const from = reader.literal();
    reader.expect('and');
    return { op: 'between', from, to: reader.literal() };
  }
  if (reader.has('in', 'last')) return { op: 'last', length: reader.length() };
  if (reader.has('in', 'next')) return { op: 'next', length: reader.length() };
  if (reader.has('anniversary', 'in', 'next')) return { op: 'birthday', length: reader.length() };
  for (const op of ['top', 'bottom'] as const)
    if (reader.has(op)) {
      const share = reader.next();
      reader.expect('%');
      return { op, share };
    }
  for (const op of ['>=', '<=', '>', '<'] as const) if (reader.has(op)) return { op, value: reader.literal() };
  throw new NotThis();
}

function whereOf(inner: string): Where | string {
  try {
    const reader = new Reader(inner);
    const line = reader.has('line', '[');
    const property = reader.name();
    const test = testOf(reader);
    if (line) reader.expect(']');
    reader.end();
    return { line, property, test };
  } catch (error) {
    if (error instanceof NotThis) return inner;
    throw error;
  }
}

const KINDS = new Set(['orders', 'refunds', 'lines', 'refund_lines', 'pages', 'screens', 'anything']);

function factsOf(reader: Reader): Facts {
  const kinds: string[] = [];
  do {
    const word = reader.next();
    if (word === 'event') kinds.push(`event ${quoted(reader.name())}`);
    else if (KINDS.has(word)) kinds.push(word);
    else throw new NotThis();
  } while (reader.has('+'));
  const where = reader.peek() === '[' ? whereOf(reader.inBrackets()) : null;
  return { of: kinds.join(' + '), where, window: windowOf(reader) };
}

function windowOf(reader: Reader): Window {
  if (reader.has('ever')) return { kind: 'ever' };
  if (reader.has('in', 'this')) return { kind: 'this', unit: reader.next() };
  if (reader.peek() === 'in' && reader.peek(1) === 'last') {
    if (reader.peek(3) !== 'full') {
      reader.expect('in', 'last');
      return { kind: 'last', length: reader.length() };
    }
    reader.expect('in', 'last');
    const count = reader.next();
    reader.expect('full');
    const unit = UNITS.find((one) => one === reader.peek() || one === `${reader.peek()}s`);
    if (!unit) throw new NotThis();
    reader.next();
    return { kind: 'full', length: { count, unit } };
  }
  return { kind: 'ever' };
}

function stateOf(reader: Reader): Condition | null {
  if (reader.has('has', 'tag', 'of')) return { kind: 'tagGroup', name: reader.name() };
  if (reader.has('has', 'tag')) return { kind: 'tag', name: reader.name() };
  if (reader.has('has', 'identifier')) return { kind: 'identifier', name: reader.name() };
  if (reader.has('in', 'segment')) return { kind: 'segment', name: reader.name() };
  if (reader.has('reachable')) return { kind: 'reachable', channel: reader.has('by') ? reader.name() : null };
  if (reader.has('consent')) {
    const decision = reader.next();
    if (decision !== 'granted' && decision !== 'denied' && decision !== 'revoked') throw new NotThis();
    reader.expect('to');
    return { kind: 'consent', decision, purpose: reader.name(), channel: reader.has('by') ? reader.name() : null };
  }
  return null;
}

function measureOf(reader: Reader): Condition | null {
  if (reader.has('never')) return { kind: 'times', times: { verb: 'never' }, facts: factsOf(reader) };
  if (reader.has('did')) return { kind: 'times', times: { verb: '>=', count: '1' }, facts: factsOf(reader) };
  if (reader.has('count', 'of')) {
    const facts = factsOf(reader);
    const test = testOf(reader);
    if (test.op !== '>=' && test.op !== '<=' && test.op !== 'is') throw new NotThis();
    return { kind: 'times', times: { verb: test.op, count: test.value }, facts };
  }
  const how = AMOUNTS.find((one) => one === reader.peek());
  // `first` and `last` may be names of fields; then no `of` follows the next word.
  if (!how || reader.peek(2) !== 'of') return null;
  reader.next();
  const property = reader.name();
  reader.expect('of');
  return { kind: 'amount', how, property, facts: factsOf(reader), test: testOf(reader) };
}

/** A condition with its fields; a text where it is one that the form does not know. */
export function conditionOf(text: string): Condition {
  try {
    const reader = new Reader(text);
    const found = stateOf(reader) ??
      measureOf(reader) ?? { kind: 'field' as const, name: reader.name(), test: testOf(reader) };
    reader.end();
    return found;
  } catch (error) {
    if (error instanceof NotThis) return { kind: 'text', text };
    throw error;
  }
}

const lengthText = ({ count, unit }: Length) => `${count} ${count === '1' ? unit.slice(0, -1) : unit}`;

export function testText(test: Test): string {
  switch (test.op) {
    case 'exists':
      return 'exists';
    case 'starts':
      return `starts with ${test.value}`;
    case 'one':
      return `is one of (${test.values.join(', ')})`;
    case 'between':
      return `between ${test.from} and ${test.to}`;
    case 'last':
    case 'next':
      return `in ${test.op} ${lengthText(test.length)}`;
    case 'birthday':
      return `anniversary in next ${lengthText(test.length)}`;
    case 'top':
    case 'bottom':
      return `${test.op} ${test.share}%`;
    default:
      return `${test.op} ${test.value}`;
  }
}

function windowText(window: Window): string {
  if (window.kind === 'ever') return '';
  if (window.kind === 'this') return ` in this ${window.unit}`;
  if (window.kind === 'last') return ` in last ${lengthText(window.length)}`;
  const { count, unit } = window.length;
  return ` in last ${count} full ${count === '1' ? unit.slice(0, -1) : unit}`;
}

function factsText({ of, where, window }: Facts): string {
  let brackets = '';
  if (typeof where === 'string') brackets = `[${where}]`;
  else if (where) {
    const test = `${nameText(where.property)} ${testText(where.test)}`;
    brackets = where.line ? `[line [${test}]]` : `[${test}]`;
  }
  return `${of}${brackets}${windowText(window)}`;
}

export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'tag':
      return `has tag ${nameText(condition.name)}`;
    case 'tagGroup':
      return `has tag of ${nameText(condition.name)}`;
    case 'segment':
      return `in segment ${nameText(condition.name)}`;
    case 'identifier':
      return `has identifier ${nameText(condition.name)}`;
    case 'reachable':
      return condition.channel === null ? 'reachable' : `reachable by ${nameText(condition.channel)}`;
    case 'consent': {
      const { decision, purpose, channel } = condition;
      return `consent ${decision} to ${nameText(purpose)}${channel === null ? '' : ` by ${nameText(channel)}`}`;
    }
    case 'field':
      return `${nameText(condition.name)} ${testText(condition.test)}`;
    case 'times': {
      const { times, facts } = condition;
      if (times.verb === 'never') return `never ${factsText(facts)}`;
      if (times.verb === '>=' && times.count === '1') return `did ${factsText(facts)}`;
      return `count of ${factsText(facts)} ${times.verb === 'is' ? '=' : times.verb} ${times.count}`;
    }
    case 'amount':
      return `${condition.how} ${nameText(condition.property)} of ${factsText(condition.facts)} ${testText(condition.test)}`;
    case 'text':
      return condition.text;
  }
}
