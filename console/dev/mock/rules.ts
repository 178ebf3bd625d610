import { type Node, treeOf as nodesOf } from '../../src/segments/builder/tree.ts';
import type { Catalogue, FoundValue, RulePart, RuleProblem } from '../../src/segments/types';
import { customers, type MockCustomer } from './data.ts';
import { hasTag, isTag } from './tags.ts';

// A small part of the rule language, for screens: conditions of a few kinds, joined as rules join them. What it does not know it
// answers by chance, always the same for the same words, so that counts, members and reasons agree with each other.

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-20T16:00:00Z');

const field = (name: string, type: Catalogue['fields'][number]['type'], allowed: string[] = []) => ({
  name,
  type,
  allowed,
});

export const CATALOGUE: Catalogue = {
  currency: 'CNY',
  fields: [
    field('$created_at', 'instant'),
    field('$lifetime_percentile', 'number'),
    field('$lifetime_value', 'money'),
    field('$rfm_group', 'text', ['champions', 'must_keep', 'newcomers']),
    field('birthday', 'day'),
    field('city', 'text'),
    field('tea_type', 'text', ['green', 'oolong', 'black']),
  ],
  tags: ['vip', 'price_sensitive', 'key_customer'],
  tag_groups: ['stage'],
  segments: ['silent_buyers'],
  channels: ['email', 'sms'],
  purposes: ['marketing'],
  events: [
    { name: 'Content Read', properties: [field('seconds', 'number'), field('title', 'text')] },
    { name: 'Order Completed', properties: [] },
    { name: 'Product Added', properties: [field('price', 'money'), field('sku', 'text')] },
  ],
  orders: [field('amount', 'money'), field('channel', 'text'), field('store', 'text')],
  lines: [field('category', 'text'), field('quantity', 'number'), field('sku', 'text')],
  pages: [field('path', 'text')],
  screens: [field('name', 'text')],
};

/** The conditions of a rule, one by one, in their order. */
export function clausesOf(text: string): string[] {
  const leaves = (node: Node): string[] => {
    if (node.kind === 'clause') return [node.text];
    return node.kind === 'not' ? leaves(node.part) : node.parts.flatMap(leaves);
  };
  const root = nodesOf(text);
  return root ? leaves(root) : [];
}

/** Where a text stands in another, in characters. */
function spanIn(text: string, part: string): [number, number] {
  const from = [...text.slice(0, text.indexOf(part))].length;
  return [from, from + [...part].length];
}

function near(name: string, names: string[]): string | undefined {
  const letters = new Set(name.toLowerCase());
  const score = (one: string) => [...new Set(one.toLowerCase())].filter((letter) => letters.has(letter)).length;
  const best = [...names].sort((one, other) => score(other) - score(one))[0];
  return best && score(best) >= letters.size - 2 ? best : undefined;
}

const unknown = (kind: string, name: string, names: string[]) => {
  const close = near(name, names);
  return `there is no ${kind} \`${name}\`${close ? `: did you mean \`${close}\`?` : ''}`;
};

/** All that is wrong with a text, as the server says it. */
export function problemsOf(text: string): RuleProblem[] {
  const length = [...text].length;
  const at = (message: string, from: number, to: number): RuleProblem => ({ pointer: null, from, to, message });
  if (text.trim() === '') return [at('expected a condition; found the end', 0, 0)];
  const open = /(?:^|\s)(and|or|not)\s*$/.exec(text);
  if (open) return [at('expected a condition; found the end', length, length)];
  if ((text.match(/"/g)?.length ?? 0) % 2 === 1)
    return [at('a quoted text ends with `"`', [...text.slice(0, text.lastIndexOf('"'))].length, length)];
  const word = /^\s*(\S+)/.exec(text)?.[1] ?? '';
  if (word === 'has' && !/has (tag|identifier)/.test(text))
    return [at('expected `tag` or `identifier` behind `has`', ...spanIn(text, word))];
  return [
    ...named(
      text,
      /event "([^"]+)"/g,
      'event',
      CATALOGUE.events.map(({ name }) => name),
    ),
    ...named(text, /has tag (?!of )([\w-]+)/g, 'tag', CATALOGUE.tags),
  ];
}

function named(text: string, pattern: RegExp, kind: string, names: string[]): RuleProblem[] {
  return [...text.matchAll(pattern)].flatMap(([, name = '']) => {
    if (names.includes(name) || (kind === 'tag' && isTag(name))) return [];
    const clause = text.split(/\s+and\s+/).find((one) => one.includes(name)) ?? name;
    const [from, to] = spanIn(text, clause.trim());
    return [{ pointer: '', from, to, message: unknown(kind, name, names) }];
  });
}

function chance(text: string): number {
  let hash = 2166136261;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619);
  return (hash >>> 0) / 4294967296;
}

const ordersIn = (customer: MockCustomer, clause: string) => {
  const days = Number(/in last (\d+) days/.exec(clause)?.[1] ?? 100_000);
  return customer.orders.filter(({ at, refund }) => !refund && at > NOW - days * DAY_MS);
};

/** Whether a condition holds of a customer, what it came to, and the orders that decided. */
function lookAt(clause: string, customer: MockCustomer): Pick<RulePart, 'holds' | 'found'> & { orders: string[] } {
  const counted = (orders: { no: string }[], holds: boolean, found: FoundValue[]) => ({
    holds,
    found,
    orders: orders.map(({ no }) => no),
  });
  if (clause === 'everybody') return counted([], true, []);
  if (clause === 'nobody') return counted([], false, []);
  if (/^(never|did|count of) (orders|anything)(?!\[)/.test(clause)) {
    const orders = ordersIn(customer, clause);
    const least = Number(/>= (\d+)/.exec(clause)?.[1] ?? 1);
    const holds = clause.startsWith('never') ? orders.length === 0 : orders.length >= least;
    return counted(orders, holds, [orders.length]);
  }
  const city = /^city is "(.+)"$/.exec(clause)?.[1];
  if (city) return counted([], customer.traits.city === city, customer.traits.city ? [customer.traits.city] : []);
  const segment = /^in segment (\S+)$/.exec(clause)?.[1];
  if (segment) return counted([], isInSegment(segment, customer.row.id), []);
  const trait = /^(\w+) is "(.+)"$/.exec(clause);
  if (trait?.[1] && trait[1] in customer.traits) {
    const value = customer.traits[trait[1]] ?? '';
    return counted([], value === trait[2], [value]);
  }
  const tag = /^has tag ([\w-]+)$/.exec(clause)?.[1];
  if (tag) return counted([], hasTag(customer.row.id, tag), []);
  const share = chance(`${clause} share`) * 0.5 + 0.2;
  const holds = chance(`${clause} ${customer.row.id}`) < (clause.includes('percentile') ? 0.05 : share);
  return counted([], holds, clause.includes('percentile') ? [holds ? 97.2 : 41.5] : []);
}

export const holdsOf = (clause: string, customer: MockCustomer): boolean => lookAt(clause, customer).holds;

/** Whether a rule holds of a customer; `left` is the place of a condition that is left out, as if it were not there. */
function meets(root: Node, customer: MockCustomer, left: number | null): boolean {
  let place = -1;
  const walk = (node: Node): boolean | null => {
    if (node.kind === 'clause') {
      place += 1;
      return place === left ? null : holdsOf(node.text, customer);
    }
    if (node.kind === 'not') {
      const inner = walk(node.part);
      return inner === null ? null : !inner;
    }
    const parts = node.parts.map(walk).filter((one) => one !== null);
    if (parts.length === 0) return node.parts.length === 0 ? true : null;
    return node.kind === 'all' ? parts.every(Boolean) : parts.some(Boolean);
  };
  return walk(root) ?? true;
}

/** Whom a rule means, the most valuable first, as lists show them. */
export function peopleOf(text: string, left: number | null = null): MockCustomer[] {
  const root = nodesOf(text);
  return root ? customers.filter((customer) => meets(root, customer, left)) : [];
}

/** Segments stand on rules, and rules on segments: who is in one is known by those. */
let isInSegment: (code: string, id: string) => boolean = () => false;
export function segmentsAreKnownBy(known: typeof isInSegment) {
  isInSegment = known;
}

const FACTS_MAX = 20;

export function treeOf(clauses: string[], customer: MockCustomer): RulePart {
  const parts = clauses.map((text): RulePart => {
    const { holds, found, orders } = lookAt(text, customer);
    const decided = customer.orders.filter(({ no }) => orders.includes(no)).reverse();
    return {
      kind: 'clause',
      text,
      holds,
      found,
      facts: decided.slice(0, FACTS_MAX).map(({ no, at }) => ({
        key: `key_${no}`,
        at: new Date(at).toISOString(),
        kind: 'order',
        name: no,
      })),
      facts_count: decided.length,
      may_flip_at: text.includes('in last') ? '2026-12-31T16:00:00Z' : null,
      parts: [],
    };
  });
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  return {
    kind: 'and',
    text: null,
    holds: parts.every(({ holds }) => holds),
    found: [],
    facts: [],
    facts_count: 0,
    may_flip_at: null,
    parts,
  };
}
