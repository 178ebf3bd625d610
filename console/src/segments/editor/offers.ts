import type { Messages } from '@/shared/i18n';
import { nameText, quoted } from '../ruleText';
import type { Catalogue, RuleName, ValueType } from '../types';

// What a rule can ask, each with the text that asks it.

export type Group = keyof Messages['segmentEditor']['catalogue']['groups'];

export interface Offer {
  group: Group;
  /** A name of the brand's, or a sentence of the dictionary. */
  label: string;
  isName: boolean;
  note: string;
  /** Other words by which it is found. */
  also?: string;
  text: string;
  /** What of the text is to be typed over. */
  select: [number, number];
}

const GROUPS: Group[] = ['measures', 'states', 'fields', 'tags', 'segments', 'events', 'orders', 'lines', 'pages'];

/** A test to begin with; what stands between the bars is to be typed over. */
function testOf({ type, allowed }: RuleName, currency: string): string {
  const tests: Record<ValueType, string> = {
    text: `is "|${(allowed[0] ?? '').replaceAll('|', '')}|"`,
    number: '>= |1|',
    money: `>= |100.00| ${currency}`,
    boolean: 'is |true|',
    day: 'in last |30| days',
    instant: 'in last |30| days',
  };
  return tests[type];
}

/** `|` marks where typing goes on; names are put in afterwards, for they may have bars of their own. */
function offerOf(group: Group, label: string, note: string, marked: string, isName = true, name = ''): Offer {
  const [head = '', middle, tail = ''] = marked.split('|');
  const put = (text: string) => text.replaceAll('@', () => name);
  const [before, within, after] = [put(head), put(middle ?? ''), put(tail)];
  const start = before.length;
  return { group, label, isName, note, text: before + within + after, select: [start, start + within.length] };
}

function measures(t: Messages, currency: string): Offer[] {
  const m = t.segmentEditor.catalogue.measures;
  const texts: Record<keyof typeof m, string> = {
    bought: 'did orders in last |90| days',
    often: 'count of orders in last 6 months >= |2|',
    never: 'never orders',
    silent: 'never anything in last |60| days',
    spent: `sum amount of orders + refunds in last 1 year >= |500.00| ${currency}`,
    average: `average amount of orders >= |100.00| ${currency}`,
    different: 'distinct sku of lines in last 1 year >= |3|',
    share: 'share of amount [sku is "||"] among lines in last 180 days >= 60%',
    first: 'first store of orders is "||"',
    second: 'did orders within |30| days after first orders',
    sequence: 'sequence (pages then orders within |3| days) in last 30 days',
    pages: 'count of pages in last 30 days >= |3|',
    anniversary: 'birthday anniversary in next |7| days',
  };
  return (Object.keys(texts) as (keyof typeof texts)[]).map((key) => {
    const marked = texts[key].replace('"||"', '"|…|"');
    return { ...offerOf('measures', m[key], '', marked, false), also: t.segmentEditor.catalogue.also[key] };
  });
}

function states(t: Messages, { channels, purposes }: Catalogue): Offer[] {
  const s = t.segmentEditor.catalogue.states;
  return [
    { ...offerOf('states', s.reachable, '', 'reachable', false), also: t.segmentEditor.catalogue.also.reachable },
    ...channels.map((one) => offerOf('states', s.by(one), '', 'reachable by @', false, nameText(one))),
    ...purposes.map((one) => offerOf('states', s.consent(one), '', 'consent granted to @', false, nameText(one))),
    offerOf('states', s.phone, '', 'has identifier phone', false),
    offerOf('states', s.everybody, '', 'everybody', false),
  ];
}

/** All that can be asked in this workspace. */
export function offersOf(t: Messages, catalogue: Catalogue): Offer[] {
  const c = t.segmentEditor.catalogue;
  const currency = catalogue.currency ?? 'CNY';
  const typed = (group: Group, one: RuleName, marked: string, where = '') =>
    offerOf(
      group,
      one.name,
      [where, c.types[one.type]].filter(Boolean).join(' · '),
      marked.replace('%', () => testOf(one, currency)),
      true,
      nameText(one.name),
    );
  const ofEvent = (event: string, one: RuleName): Offer => {
    const offer = typed('events', one, 'did event #[@ %]', c.ofEvent(event));
    const name = quoted(event);
    const moved = name.length - 1;
    const [from, to] = offer.select;
    return { ...offer, text: offer.text.replace('#', () => name), select: [from + moved, to + moved] };
  };
  return [
    ...measures(t, currency),
    ...states(t, catalogue),
    ...catalogue.fields.map((one) => typed('fields', one, '@ %')),
    ...catalogue.tags.map((one) => offerOf('tags', one, '', 'has tag @', true, nameText(one))),
    ...catalogue.tag_groups.map((one) => offerOf('tags', one, c.tagGroup, 'has tag of @', true, nameText(one))),
    ...catalogue.segments.map((one) => offerOf('segments', one, '', 'in segment @', true, nameText(one))),
    ...catalogue.events.flatMap(({ name, properties }) => [
      offerOf('events', name, '', 'did event @ in last |30| days', true, quoted(name)),
      ...properties.map((one) => ofEvent(name, one)),
    ]),
    ...catalogue.orders.map((one) => typed('orders', one, 'did orders[@ %]')),
    ...catalogue.lines.map((one) => typed('lines', one, 'did orders[line [@ %]]')),
    ...catalogue.pages.map((one) => typed('pages', one, 'did pages[@ %]')),
    ...catalogue.screens.map((one) => typed('pages', one, 'did screens[@ %]')),
  ];
}

/** Those in which every word that is looked for stands, group by group. */
export function found(t: Messages, offers: Offer[], search: string): { group: Group; offers: Offer[] }[] {
  const { groups, alsoGroups: also } = t.segmentEditor.catalogue;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = offers.filter((one) => {
    const text = `${one.label} ${one.note} ${one.text} ${groups[one.group]} ${also[one.group] ?? ''} ${one.also ?? ''}`;
    return words.every((word) => text.toLowerCase().includes(word));
  });
  return GROUPS.map((group) => ({ group, offers: hits.filter((one) => one.group === group) })).filter(
    (one) => one.offers.length > 0,
  );
}

/** Behind these a condition is awaited; anywhere else it has to be joined to what stands there. */
const AWAITS = /(?:^|[\s(])(?:and|or|not)$|[([]$|^$/;
const JOINS = /^(?:$|[)\]]|(?:and|or)(?:\s|$))/;

/** What is written at a place of a text, joined to what stands before and behind it, and what of that is to be typed over. */
export function placed(text: string, at: number, offer: Offer): { text: string; select: [number, number] } {
  const [before, behind] = [text.slice(0, at), text.slice(at)];
  const stands = before.trimEnd();
  const isSpaced = before === '' || /[\s([]$/.test(before);
  const head = AWAITS.test(stands) ? (isSpaced ? '' : ' ') : before.endsWith('\n') ? 'and ' : '\nand ';
  const follows = behind.trimStart();
  const gap = follows === '' || /^\s/.test(behind) || /^[)\]]/.test(behind) ? '' : ' ';
  const tail = JOINS.test(follows) ? gap : `\nand${/^\s/.test(behind) ? '' : ' '}`;
  const [from, to] = offer.select;
  return { text: head + offer.text + tail, select: [head.length + from, head.length + to] };
}
