import type { Segment, SegmentSettings, SegmentVersion } from '../../src/segments/types';
import { type Call, problem, type Reply, type Route, refusedByVersion } from './call.ts';
import { findCustomer } from './customers.ts';
import { customers, iso, type MockCustomer } from './data.ts';
import { survivorOf } from './identity.ts';
import { INSIGHT_ROUTES, peopleAt } from './insight.ts';
import { CATALOGUE, clausesOf, peopleOf, problemsOf, segmentsAreKnownBy, treeOf } from './rules.ts';
import { automaticTagsAreDecidedBy } from './tags.ts';

// Rules and segments, with counts, members and reasons that agree with each other.

const PAGE_MAX = 200;
const HOUR_MS = 3_600_000;
const began = Date.now();

interface Kept {
  code: string;
  created_by: string;
  created_at: string;
  archived_at: string | null;
  /** The newest first. */
  versions: SegmentVersion[];
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
export const ruleOf = (text: string) => ({ all: clausesOf(text).map((clause) => ({ text: clause })) });

function versionOf(version: number, { name, description, text }: SegmentSettings, by: string, at: string) {
  const printed = oneLine(text);
  return {
    version,
    name,
    description,
    rule: ruleOf(text),
    text: printed,
    digest: printed,
    changed_by: by,
    changed_at: at,
  };
}

const SILENT = { name: 'Silent regulars', description: 'Bought twice or more, and did nothing in the last 60 days' };

const segments: Kept[] = [
  {
    code: 'hangzhou_regulars',
    created_by: 'Wu',
    created_at: '2026-10-02T02:00:00Z',
    archived_at: null,
    versions: [
      versionOf(
        1,
        { name: 'Hangzhou regulars', description: '', text: 'city is "杭州" and count of orders >= 3' },
        'Wu',
        iso(began - 30 * HOUR_MS),
      ),
    ],
  },
  {
    code: 'old_promotion',
    created_by: 'Lin',
    created_at: '2026-06-01T02:00:00Z',
    archived_at: '2026-09-01T02:00:00Z',
    versions: [
      versionOf(
        1,
        { name: 'June promotion', description: 'Who bought in June', text: 'did orders in last 30 days' },
        'Lin',
        '2026-06-01T02:00:00Z',
      ),
    ],
  },
  {
    code: 'silent_buyers',
    created_by: 'Lin',
    created_at: '2026-08-11T02:00:00Z',
    archived_at: null,
    versions: [
      versionOf(
        3,
        { ...SILENT, text: 'count of orders >= 2 and never anything in last 60 days and reachable' },
        'Zhou',
        iso(began - 3 * HOUR_MS),
      ),
      versionOf(
        2,
        { ...SILENT, text: 'count of orders >= 2 and never anything in last 90 days' },
        'Lin',
        '2026-09-20T06:30:00Z',
      ),
      versionOf(
        1,
        { name: 'Silent customers', description: '', text: 'did orders and never anything in last 90 days' },
        'Lin',
        '2026-08-11T02:00:00Z',
      ),
    ],
  },
];

const stages = new Map<string, Kept>();
export const find = (code: string) => segments.find((one) => one.code === code) ?? stages.get(code);
export const open = () => segments.filter(({ archived_at }) => archived_at === null).map(shown);

const known = new Map<string, Set<string>>();
const isIn = (code: string, id: string) => {
  const kept = find(code);
  if (!kept) return false;
  const { text } = shown(kept);
  const ids = known.get(text) ?? new Set(peopleOf(text).map(({ row }) => row.id));
  // Tags are changed by hand meanwhile.
  if (!text.includes('has tag')) known.set(text, ids);
  return ids.has(id);
};
segmentsAreKnownBy(isIn);
automaticTagsAreDecidedBy(isIn);

/** A stage of a layer is a segment with a rule that the layer makes. It is kept apart from the list, which shows what people made. */
export function keepStage(code: string, name: string, text: string, at: string) {
  const before = stages.get(code)?.versions ?? [];
  const version = versionOf(before.length + 1, { name, description: '', text }, 'Lin', at);
  stages.set(code, { code, created_by: 'Lin', created_at: at, archived_at: null, versions: [version, ...before] });
}

export function shown({ versions: [newest], ...kept }: Kept): Segment {
  return { ...kept, ...(newest as SegmentVersion) };
}

const answered = (kept: Kept, status = 200): Reply => ({
  status,
  body: shown(kept),
  headers: { ETag: `"${kept.versions[0]?.version}"` },
});

export function pageOf<T>(all: T[], read: (name: string) => string | null | undefined) {
  const offset = Number(read('cursor') ?? 0);
  const limit = Math.min(PAGE_MAX, Number(read('limit') ?? 50));
  return {
    items: all.slice(offset, offset + limit),
    next_cursor: offset + limit < all.length ? String(offset + limit) : null,
  };
}

/** The text of a body, or what it is refused with. */
export function textOf(call: Call): string | Reply {
  const { text = '', segment } = call.body as { text?: string; segment?: string };
  if (segment !== undefined) {
    const kept = find(segment);
    return kept ? shown(kept).text : problem(404, 'not_found');
  }
  const problems = problemsOf(text);
  if (problems.length === 0) return text;
  return problem(422, 'invalid_request', {
    errors: problems.map(({ from, message }) => ({
      pointer: '/text',
      code: 'invalid_rule',
      detail: `at character ${(from ?? 0) + 1}: ${message}`,
    })),
  });
}

export const notBuilt = (call: Call): Reply | null =>
  call.cookies.mock === 'not_built'
    ? {
        ...problem(503, 'busy'),
        headers: { 'Content-Type': 'application/problem+json', 'Retry-After': '1' },
      }
    : null;

const everybody = (call: Call) => (call.cookies.mock === 'empty' ? 0 : customers.length);

function read(call: Call): Reply {
  const { text = '' } = call.body as { text?: string };
  const problems = problemsOf(text);
  const isRule = problems.every(({ pointer }) => pointer !== null);
  const printed = oneLine(text);
  return {
    body: isRule
      ? { rule: ruleOf(text), text: printed, digest: printed, problems }
      : { rule: null, text: null, digest: null, problems },
  };
}

function count(call: Call): Reply {
  const text = textOf(call);
  if (typeof text !== 'string') return text;
  const clauses = clausesOf(text);
  const of = (some: string, left: number | null = null) =>
    call.cookies.mock === 'empty' ? 0 : peopleOf(some, left).length;
  return {
    body: {
      count: of(text),
      everybody: everybody(call),
      as_of: iso(Date.now()),
      text: oneLine(text),
      rule: ruleOf(text),
      clauses: clauses.map((clause, place) => ({
        text: clause,
        count: of(clause),
        without: of(text, place),
      })),
    },
  };
}

export function peoplePage(people: MockCustomer[], read: (name: string) => string | null | undefined): Reply {
  const { items, next_cursor } = pageOf(people, read);
  return {
    body: { items: items.map(({ row }) => row), count: people.length, as_of: iso(Date.now()), next_cursor },
  };
}

function people(call: Call): Reply {
  const text = textOf(call);
  if (typeof text !== 'string') return text;
  const body = call.body as Record<string, string | undefined>;
  return peoplePage(peopleOf(text), (name) => body[name]);
}

function members(call: Call, code: string): Reply {
  const kept = find(code);
  if (!kept) return problem(404, 'not_found');
  const day = call.query.get('at');
  return peoplePage(day === null ? peopleOf(shown(kept).text) : peopleAt(shown(kept), day), (name) =>
    call.query.get(name),
  );
}

function explain(call: Call): Reply {
  const body = call.body as { customer: string; segment?: string; text?: string };
  const text = body.segment === undefined ? (body.text ?? '') : shown(find(body.segment) as Kept).text;
  const customer = findCustomer(survivorOf(body.customer));
  if (!customer) return problem(404, 'not_found');
  const tree = treeOf(clausesOf(text), customer);
  return {
    body: {
      customer_id: customer.row.id,
      as_of: iso(Date.now()),
      rule: ruleOf(text),
      text,
      holds: tree.holds,
      turns_at: text.includes('in last') ? '2026-12-31T16:00:00Z' : null,
      look_again_at: null,
      tree,
    },
  };
}

function list(call: Call): Reply {
  const wanted = (call.query.get('search') ?? '').toLowerCase();
  const archived = call.query.get('archived');
  const all = call.cookies.mock === 'empty' ? [] : segments.map(shown);
  const found = all.filter(
    ({ code, name, description, archived_at }) =>
      (archived === null || String(archived_at !== null) === archived) &&
      `${code} ${name} ${description}`.toLowerCase().includes(wanted),
  );
  return { body: pageOf(found, (name) => call.query.get(name)) };
}

function create(call: Call): Reply {
  const { code, ...settings } = call.body as SegmentSettings & { code: string };
  if (find(code)) return problem(409, 'conflict');
  const text = textOf(call);
  if (typeof text !== 'string') return text;
  const now = iso(Date.now());
  const made: Kept = {
    code,
    created_by: 'Lin',
    created_at: now,
    archived_at: null,
    versions: [versionOf(1, settings, 'Lin', now)],
  };
  segments.push(made);
  segments.sort((one, other) => one.code.localeCompare(other.code));
  return answered(made, 201);
}

function update(call: Call, code: string): Reply {
  const kept = find(code);
  if (!kept) return problem(404, 'not_found');
  const newest = kept.versions[0]?.version ?? 0;
  const refused = refusedByVersion(call, newest);
  if (refused) return refused;
  const text = textOf(call);
  if (typeof text !== 'string') return text;
  kept.versions.unshift(versionOf(newest + 1, call.body as SegmentSettings, 'Lin', iso(Date.now())));
  return answered(kept);
}

/** One that others stand on stays. */
const STOOD_ON = 'hangzhou_regulars';

function setArchived(code: string, isArchived: boolean): Reply {
  const kept = find(code);
  if (!kept) return problem(404, 'not_found');
  if (isArchived && code === STOOD_ON)
    return problem(409, 'conflict', { detail: 'the segment `big_cities` stands on it' });
  kept.archived_at = isArchived ? iso(Date.now()) : null;
  return answered(kept);
}

function counts(call: Call): Reply {
  const open = segments.filter(({ archived_at }) => archived_at === null).map(shown);
  const of = ({ text }: Segment) => (everybody(call) === 0 ? 0 : peopleOf(text).length);
  // One has a version before, the other is new.
  const isFilling = call.cookies.mock === 'back_fill';
  const counts = open
    .filter(({ code }) => !isFilling || code !== 'hangzhou_regulars')
    .map((one) => [one.code, of(one)]);
  const back_fill = isFilling ? { segments: ['hangzhou_regulars', 'silent_buyers'], percent: 37 } : null;
  return { body: { as_of: iso(Date.now()), counts: Object.fromEntries(counts), back_fill } };
}

const ofCode = (answer: (call: Call, code: string) => Reply) => (call: Call, match: RegExpMatchArray) =>
  answer(call, decodeURIComponent(match[1] ?? ''));
const whenBuilt = (answer: (call: Call, match: RegExpMatchArray) => Reply) => (call: Call, match: RegExpMatchArray) =>
  notBuilt(call) ?? answer(call, match);

export const SEGMENT_ROUTES: Route[] = [
  ...INSIGHT_ROUTES,
  ['GET', /^\/rules\/catalogue$/, () => ({ body: CATALOGUE })],
  ['POST', /^\/rules\/read$/, read],
  ['POST', /^\/segments\/preview$/, whenBuilt(count)],
  ['POST', /^\/rules\/people$/, whenBuilt(people)],
  ['POST', /^\/rules\/explain$/, explain],
  ['GET', /^\/segment-counts$/, whenBuilt(counts)],
  ['GET', /^\/segments$/, list],
  ['POST', /^\/segments$/, create],
  [
    'GET',
    /^\/segments\/([^/]+)$/,
    ofCode((_, code) => {
      const kept = find(code);
      return kept ? answered(kept) : problem(404, 'not_found');
    }),
  ],
  ['PUT', /^\/segments\/([^/]+)$/, ofCode(update)],
  ['GET', /^\/segments\/([^/]+)\/members$/, whenBuilt(ofCode(members))],
  [
    'GET',
    /^\/segments\/([^/]+)\/versions$/,
    ofCode((call, code) => {
      const kept = find(code);
      return kept ? { body: pageOf(kept.versions, (name) => call.query.get(name)) } : problem(404, 'not_found');
    }),
  ],
  ['POST', /^\/segments\/([^/]+)\/archive$/, ofCode((_, code) => setArchived(code, true))],
  ['POST', /^\/segments\/([^/]+)\/restore$/, ofCode((_, code) => setArchived(code, false))],
];
