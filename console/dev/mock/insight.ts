import type { Overlap, OverlapRow, Portrait, PortraitRow, SegmentMove } from '../../src/segments/insight/types';
import { type Call, problem, type Reply, type Route } from './call.ts';
import { customers, iso, localDay, type MockCustomer } from './data.ts';
import { CATALOGUE, holdsOf, peopleOf } from './rules.ts';
import { find, notBuilt, open, pageOf, shown, textOf } from './segments.ts';
import { automatic, hasTag } from './tags.ts';

// What a segment is looked at by, from the same people as its members: figures here and lists elsewhere agree.

const DAY_MS = 86_400_000;
const ROWS_MAX = 20;

/** Of a day so long ago a few have come since: always the same ones, so that a point of the trend opens as many as it says. */
export function peopleAt({ text }: { text: string }, day: string): MockCustomer[] {
  const ago = Math.max(0, Math.round((Date.parse(localDay(Date.now())) - Date.parse(day)) / DAY_MS));
  return peopleOf(text).filter(({ number }) => number % 100 >= ago / 3);
}

function trend(_: Call, code: string): Reply {
  const kept = find(code);
  if (!kept) return problem(404, 'not_found');
  const segment = shown(kept);
  // What was made today has no day behind it.
  const began = Date.parse(kept.created_at);
  const weeks = 12 * 7;
  const points = Array.from({ length: weeks }, (__, place) => localDay(Date.now() - (weeks - place) * DAY_MS))
    .filter((day) => Date.parse(day) >= began)
    .map((day) => ({ day, count: peopleAt(segment, day).length }));
  return { body: { points, as_of: iso(Date.now()) } };
}

function moves(call: Call, code: string): Reply {
  const kept = find(code);
  if (!kept) return problem(404, 'not_found');
  const causes = ['fact', 'time', 'profile', 'fact', 'merge'] as const;
  const made = Date.parse(kept.created_at) > Date.now() - DAY_MS;
  const all: SegmentMove[] = made
    ? []
    : peopleOf(shown(kept).text)
        .slice(0, 120)
        .map(({ row }, place) => ({
          at: iso(Date.now() - (place + 1) * 5 * 3_600_000),
          customer: row,
          entered: place % 4 !== 3,
          cause: causes[place % causes.length] ?? 'fact',
          version: shown(kept).version,
        }));
  const { items, next_cursor } = pageOf(all, (name) => call.query.get(name === 'cursor' ? 'after' : name));
  return { body: { items, next: next_cursor } };
}

type Kind = Pick<PortraitRow, 'kind' | 'of' | 'name' | 'code'> & { holds: (one: MockCustomer) => boolean };

function kinds(): Kind[] {
  const values = (field: string): Kind[] =>
    [...new Set(customers.flatMap(({ traits }) => traits[field] ?? []))].map((value) => ({
      kind: 'value',
      of: field,
      name: value,
      code: value,
      holds: ({ traits }) => traits[field] === value,
    }));
  return [
    ...CATALOGUE.tags.map(
      (code): Kind => ({
        kind: 'tag',
        of: 'intention',
        name: code === 'key_customer' ? '重点客户' : code,
        code,
        holds: ({ row }) => hasTag(row.id, code),
      }),
    ),
    ...values('city'),
    ...values('tea_type'),
  ];
}

const indexOf = (count: number, of: number, all: number) =>
  all === 0 || of === 0 ? null : Math.round((100 * count * customers.length) / (of * all));

function portrait(call: Call): Reply {
  const text = textOf(call);
  if (typeof text !== 'string') return text;
  const people = peopleOf(text);
  const rows = kinds().map(({ holds, ...kind }): PortraitRow => {
    const count = people.filter(holds).length;
    const everybody = customers.filter(holds).length;
    return {
      ...kind,
      count,
      everybody,
      share: people.length === 0 ? 0 : count / people.length,
      index: indexOf(count, people.length, everybody),
    };
  });
  const body: Portrait = { count: people.length, everybody: customers.length, rows, as_of: iso(Date.now()) };
  return { body };
}

function overlap(call: Call): Reply {
  const { segments: codes } = call.body as { segments: string[] };
  const found = codes.map((code) => ({ code, kept: find(code) }));
  if (found.some(({ kept }) => !kept)) return problem(404, 'not_found');
  const sets = codes.map((code) => {
    const { name, text } = shown(find(code) as NonNullable<ReturnType<typeof find>>);
    return { code, name, people: peopleOf(text), ids: new Set(peopleOf(text).map(({ row }) => row.id)) };
  });
  const regions = new Map<string, number>();
  for (let mask = 1; mask < 1 << codes.length; mask += 1)
    regions.set(codes.filter((_, place) => mask & (1 << place)).join(' '), 0);
  for (const { row } of customers) {
    const inside = sets.filter(({ ids }) => ids.has(row.id)).map(({ code }) => code);
    if (inside.length > 0) regions.set(inside.join(' '), (regions.get(inside.join(' ')) ?? 0) + 1);
  }
  const rows = kinds().map(({ holds, ...kind }): OverlapRow => {
    const everybody = customers.filter(holds).length;
    return {
      ...kind,
      everybody,
      index: sets.map(({ people }) => indexOf(people.filter(holds).length, people.length, everybody)),
    };
  });
  const apart = ({ index }: OverlapRow) => Math.max(...index.map(Number)) - Math.min(...index.map(Number));
  const body: Overlap = {
    sizes: sets.map(({ code, name, people }) => ({ code, name, count: people.length })),
    regions: [...regions].map(([inside, count]) => ({ in: inside.split(' '), count })),
    rows: rows.sort((one, other) => apart(other) - apart(one)).slice(0, ROWS_MAX),
    as_of: iso(Date.now()),
  };
  return { body };
}

function reach(call: Call): Reply {
  const text = textOf(call);
  if (typeof text !== 'string') return text;
  const people = peopleOf(text);
  const by = (channel: string) => (one: MockCustomer) => holdsOf(`reachable by ${channel}`, one);
  const channels = [
    { channel: 'sms', name: 'SMS' },
    { channel: 'email', name: 'E-mail' },
  ].map((one) => ({ ...one, count: people.filter(by(one.channel)).length }));
  const any = people.filter((one) => by('sms')(one) || by('email')(one)).length;
  return { body: { count: people.length, any, channels, as_of: iso(Date.now()) } };
}

function uses(_: Call, code: string): Reply {
  if (!find(code)) return problem(404, 'not_found');
  return {
    body: {
      segments: open()
        .filter(({ text }) => new RegExp(`in segment ${code}\\b`).test(text))
        .map((one) => ({ code: one.code, name: one.name })),
      tags: [...automatic.values()].filter(({ segment }) => segment === code).map(({ tag }) => ({ tag, name: tag })),
      layers: code === 'silent_buyers' ? [{ code: 'lifecycle', name: 'Life cycle' }] : [],
    },
  };
}

const ofCode =
  (answer: (call: Call, code: string) => Reply) =>
  (call: Call, match: RegExpMatchArray): Reply =>
    answer(call, decodeURIComponent(match[1] ?? ''));
const whenBuilt = (answer: (call: Call) => Reply) => (call: Call) => notBuilt(call) ?? answer(call);

export const INSIGHT_ROUTES: Route[] = [
  ['GET', /^\/segments\/([^/]+)\/trend$/, ofCode(trend)],
  ['GET', /^\/segments\/([^/]+)\/moves$/, ofCode(moves)],
  ['GET', /^\/segments\/([^/]+)\/uses$/, ofCode(uses)],
  ['POST', /^\/rules\/portrait$/, whenBuilt(portrait)],
  ['POST', /^\/rules\/overlap$/, whenBuilt(overlap)],
  ['POST', /^\/rules\/reach$/, whenBuilt(reach)],
];
