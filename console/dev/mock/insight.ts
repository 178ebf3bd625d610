import type { Overlap, OverlapRow, Portrait, PortraitRow, SegmentMove, Trait } from '../../src/segments/insight/types';
import { type Call, problem, type Reply, type Route } from './call.ts';
import { communitiesOf } from './communities.ts';
import { customers, iso, localDay, type MockCustomer, money } from './data.ts';
import { CATALOGUE, holdsOf, peopleOf } from './rules.ts';
import { find, notBuilt, open, pageOf, shown, textOf } from './segments.ts';
import { automatic, hasTag } from './tags.ts';

// What a segment is looked at by, from the same people as its members: figures here and lists elsewhere agree.

const DAY_MS = 86_400_000;
const ROWS_MAX = 20;
const WEEKS = 12;

/** Of a day so long ago a few have come since: always the same ones, so that a point of the trend opens as many as it says. */
export function peopleAt({ text }: { text: string }, day: string, now = peopleOf(text)): MockCustomer[] {
  const ago = Math.max(0, Math.round((Date.parse(localDay(Date.now())) - Date.parse(day)) / DAY_MS));
  return now.filter(({ number }) => number % 100 >= ago / 3);
}

function trend(_: Call, code: string): Reply {
  const kept = find(code);
  if (!kept) return problem(404, 'not_found');
  const segment = shown(kept);
  // What was made today has no day behind it.
  const began = Date.parse(kept.created_at);
  const today = localDay(Date.now());
  const sinceMonday = (new Date(today).getUTCDay() + 6) % 7;
  const mondays = Array.from({ length: WEEKS }, (__, place) =>
    localDay(Date.parse(today) - (sinceMonday + (WEEKS - 1 - place) * 7) * DAY_MS),
  ).filter((day) => Date.parse(day) >= began && day < today);
  const now = peopleOf(segment.text);
  const points = [
    ...mondays.map((day) => ({ day, at: `${day}T00:00:00Z`, count: peopleAt(segment, day, now).length })),
    { day: today, at: iso(Date.now()), count: now.length },
  ];
  const kept_since = mondays.length === 0 ? null : kept.created_at;
  return { body: { points, kept_since, as_of: iso(Date.now()) } };
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
          has_entered: place % 4 !== 3,
          cause: causes[place % causes.length] ?? 'fact',
          fact: null,
          version: shown(kept).version,
        }));
  return { body: pageOf(all, (name) => call.query.get(name)) };
}

type Kind = Trait & { holds: (one: MockCustomer) => boolean };

function kinds(): Kind[] {
  const values = (field: string): Kind[] =>
    [...new Set(customers.flatMap(({ traits }) => traits[field] ?? []))].map((value) => ({
      kind: 'value',
      of: field,
      names: { zh: value, en: value },
      code: value,
      holds: ({ traits }) => traits[field] === value,
    }));
  return [
    ...CATALOGUE.tags.map(
      (code): Kind => ({
        kind: 'tag',
        of: 'intention',
        names: code === 'key_customer' ? { zh: '重点客户', en: 'Key customer' } : { zh: code, en: code },
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
      share: people.length === 0 ? null : count / people.length,
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
      counts: sets.map(({ people }) => people.filter(holds).length),
      index: sets.map(({ people }) => indexOf(people.filter(holds).length, people.length, everybody)),
    };
  });
  const apart = ({ index }: OverlapRow) => Math.max(...index.map(Number)) - Math.min(...index.map(Number));
  const body: Overlap = {
    sizes: sets.map(({ code, name, people }) => ({ code, name, count: people.length })),
    regions: [...regions].filter(([, count]) => count > 0).map(([inside, count]) => ({ in: inside.split(' '), count })),
    everybody: customers.length,
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
    { channel: 'sms', names: { zh: '短信', en: 'SMS' } },
    { channel: 'email', names: { zh: '邮件', en: 'E-mail' } },
  ].map((one) => ({ ...one, count: people.filter(by(one.channel)).length }));
  const any = people.filter((one) => by('sms')(one) || by('email')(one)).length;
  return { body: { count: people.length, any, channels, as_of: iso(Date.now()) } };
}

/** Of made-up people who all came by codes of the same cost. */
function worth(call: Call): Reply {
  const text = textOf(call);
  if (typeof text !== 'string') return text;
  const of = peopleOf(text).length;
  const lifetime_value = of > 0 ? { amount: money(124_000), of } : null;
  const known = Math.floor(of / 2);
  const acquisition =
    known > 0
      ? {
          cost: { amount: money(36_250), of: known },
          lifetime_value: { amount: money(124_000), of: known },
          ratio: 3.42,
        }
      : null;
  return { body: { count: of, lifetime_value, acquisition, as_of: iso(Date.now()) } };
}

function uses(_: Call, code: string): Reply {
  if (!find(code)) return problem(404, 'not_found');
  return {
    body: {
      segments: open()
        .filter(({ text }) => new RegExp(`in segment ${code}\\b`).test(text))
        .map((one) => ({ code: one.code, name: one.name })),
      tags: [...automatic.values()].filter(({ segment }) => segment === code).map(({ tag }) => tag),
      communities: communitiesOf(code),
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
  ['POST', /^\/rules\/worth$/, whenBuilt(worth)],
];
