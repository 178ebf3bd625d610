import type { AutomaticTag } from '../../src/tags/automatic';
import type { CustomerTags, Tag, TagChange, TagGroup, TagGroupItem, TagPeriod } from '../../src/tags/types';
import { type Call, problem, type Reply, type Route } from './call.ts';
import { customers, iso } from './data.ts';
import { survivorOf } from './identity.ts';

const DAY_MS = 86_400_000;

const tag = (code: string, group: string, name_zh: string, name_en: string): Tag => ({
  code,
  group,
  name_zh,
  name_en,
  archived_at: null,
  version: 1,
});

const group = (
  code: string,
  name_zh: string,
  name_en: string,
  exclusive: boolean,
  valid_days: number | null,
): TagGroup => ({
  code,
  name_zh,
  name_en,
  exclusive,
  valid_days,
  archived_at: null,
  version: 1,
});

const GROUPS: { group: TagGroup; tags: Tag[] }[] = [
  {
    group: group('pregnancy', '孕期', 'Pregnancy', true, 90),
    tags: [
      tag('early', 'pregnancy', '孕早期', 'Early pregnancy'),
      tag('late', 'pregnancy', '孕晚期', 'Late pregnancy'),
    ],
  },
  {
    group: group('intention', '意向', 'Intention', false, null),
    tags: [
      tag('intent', 'intention', '意向客户', 'Intends to buy'),
      tag('key_customer', 'intention', '重点客户', 'Key customer'),
    ],
  },
  {
    group: { ...group('old_campaign', '旧活动', 'Old campaign', false, 30), archived_at: '2026-09-01T02:00:00Z' },
    tags: [tag('spring_2025', 'old_campaign', '2025 春', 'Spring 2025')],
  },
];

function known(code: string): { tag: Tag; group: TagGroup } | undefined {
  const all = GROUPS.flatMap((one) => one.tags.map((each) => ({ tag: each, group: one.group })));
  return all.find((one) => one.tag.code === code);
}
/** By tag: the segment that decides it. */
export const automatic = new Map<string, AutomaticTag>([
  [
    'key_customer',
    { tag: 'key_customer', segment: 'hangzhou_regulars', created_by: 'Wu', created_at: '2026-10-02T02:00:00Z' },
  ],
]);
let isInSegment: (code: string, id: string) => boolean = () => false;
export function automaticTagsAreDecidedBy(known: typeof isInSegment) {
  isInSegment = known;
}

/** By customer; the newest last. */
const periods = new Map<string, TagPeriod[]>();

const mark = (note: string | null) => ({
  at: iso(Date.now()),
  by: { kind: 'user', id: 'usr_1', name: '林晓岚' },
  surface: 'console',
  note,
});

function standing(customer: string): TagPeriod[] {
  return (periods.get(customer) ?? []).filter(({ ended }) => ended === null);
}

function set(customer: string, code: string, note: string | null) {
  const found = known(code);
  if (!found) return;
  const days = found.group.valid_days;
  const expires_at = days === null ? null : iso(Date.now() + days * DAY_MS);
  const stands = standing(customer).find((one) => one.tag === code);
  if (stands) {
    stands.set.push(mark(note));
    stands.expires_at = expires_at;
    return;
  }
  for (const one of standing(customer))
    if (found.group.exclusive && one.group === found.group.code)
      one.ended = { at: iso(Date.now()), why: 'replaced', replaced_by: code, mark: mark(note) };
  const { name_zh, name_en } = found.tag;
  const period: TagPeriod = {
    tag: code,
    group: found.group.code,
    name_zh,
    name_en,
    since: iso(Date.now()),
    set: [mark(note)],
    expires_at,
    ended: null,
  };
  periods.set(customer, [...(periods.get(customer) ?? []), period]);
}

function change(call: Call, id: string): Reply {
  const { set: wanted = [], remove = [], note = null } = call.body as Partial<TagChange>;
  if (wanted.length + remove.length === 0)
    return problem(422, 'invalid_request', { errors: [{ pointer: '/set', code: 'out_of_range', detail: '1 to 20' }] });
  for (const code of [...wanted, ...remove]) {
    const decided = automatic.get(code);
    if (decided)
      return problem(409, 'conflict', {
        detail: `the tag \`${code}\` follows the segment \`${decided.segment}\`: it is neither set nor removed by hand`,
      });
  }
  for (const one of standing(id))
    if (remove.includes(one.tag))
      one.ended = { at: iso(Date.now()), why: 'removed', replaced_by: null, mark: mark(note) };
  for (const code of wanted) set(id, code, note);
  return { body: { changed: 1, unchanged: 0, not_found: 0 } };
}

const CUSTOMERS_MAX = 500;
/** By idempotency key. */
const answered = new Map<string, Reply>();

function changeOfMany(call: Call): Reply {
  const key = String(call.headers['idempotency-key'] ?? '');
  const before = answered.get(key);
  if (before) return before;
  const ids = (call.body as { customer_ids: string[] }).customer_ids;
  if (ids.length < 1 || ids.length > CUSTOMERS_MAX)
    return problem(422, 'invalid_request', {
      errors: [{ pointer: '/customer_ids', code: 'out_of_range', detail: '1 to 500 customers' }],
    });
  const found = ids.filter((id) => customers.some(({ row }) => row.id === survivorOf(id)));
  for (const id of found) {
    const refused = change(call, survivorOf(id));
    if (refused.status) return refused;
  }
  const reply = { body: { changed: found.length, unchanged: 0, not_found: ids.length - found.length } };
  if (key !== '') answered.set(key, reply);
  return reply;
}

export const isTag = (code: string) => known(code) !== undefined;

function tagsOf(id: string): CustomerTags {
  const all = periods.get(id) ?? [];
  return {
    customer_id: id,
    standing: [...standing(id), ...decided(id)],
    ended: all.filter(({ ended }) => ended !== null).reverse(),
  };
}

/** The tags that a customer has because of a segment; the note says which, and the version of its rule. */
function decided(id: string): TagPeriod[] {
  return [...automatic.values()].flatMap(({ tag: code, segment, created_at }) => {
    const found = known(code);
    if (!found || !isInSegment(segment, id)) return [];
    const { name_zh, name_en } = found.tag;
    return {
      tag: code,
      group: found.group.code,
      name_zh,
      name_en,
      since: created_at,
      set: [
        {
          at: created_at,
          by: { kind: 'system', id: 'segments', name: 'segments' },
          surface: null,
          note: `segment ${segment}, version 1`,
        },
      ],
      expires_at: null,
      ended: null,
    };
  });
}

export function hasTag(id: string, code: string): boolean {
  const follows = automatic.get(code);
  return follows ? isInSegment(follows.segment, id) : standing(id).some((one) => one.tag === code);
}

type Body = Pick<TagGroup, 'code' | 'name_zh' | 'name_en' | 'exclusive' | 'valid_days'> & { archived?: boolean };

const made = (call: Call) => ({ ...(call.body as Body), archived_at: null, version: 1 });

/** If it is still of the version that If-Match names. */
function changeOne(call: Call, one: Tag | TagGroup | undefined): Reply {
  if (!one) return problem(404, 'not_found');
  if (call.headers['if-match'] !== `"${one.version}"`) return problem(412, 'precondition_failed');
  const { archived = false, ...settings } = call.body as Body;
  Object.assign(one, settings, {
    archived_at: archived ? (one.archived_at ?? iso(Date.now())) : null,
    version: one.version + 1,
  });
  return { body: one };
}

const groupOf = (code: string | undefined) => GROUPS.find((one) => one.group.code === code);

const REGISTRY_ROUTES: Route[] = [
  [
    'POST',
    /^\/tag-groups$/,
    (call) => {
      const group: TagGroup = made(call);
      if (groupOf(group.code)) return problem(409, 'conflict', { detail: 'the code is taken' });
      GROUPS.push({ group, tags: [] });
      return { status: 201, body: group };
    },
  ],
  ['PUT', /^\/tag-groups\/([^/]+)$/, (call, match) => changeOne(call, groupOf(match[1])?.group)],
  [
    'POST',
    /^\/tag-groups\/([^/]+)\/tags$/,
    (call, match) => {
      const found = groupOf(match[1]);
      const { code, name_zh, name_en } = call.body as Body;
      if (!found) return problem(404, 'not_found');
      if (known(code)) return problem(409, 'conflict', { detail: 'the code is taken' });
      const one = tag(code, found.group.code, name_zh, name_en);
      found.tags.push(one);
      return { status: 201, body: one };
    },
  ],
  ['PUT', /^\/tags\/([^/]+)$/, (call, match) => changeOne(call, known(match[1] ?? '')?.tag)],
];

function follow(call: Call, code: string): Reply {
  const found = known(code);
  const { segment } = call.body as { segment: string };
  if (!found || found.tag.archived_at || found.group.archived_at) return problem(404, 'not_found');
  if (found.group.exclusive)
    return problem(422, 'invalid_request', {
      errors: [
        {
          pointer: '/tag',
          code: 'invalid',
          detail: 'a tag of a group that is not exclusive: two rules may hold of one customer',
        },
      ],
    });
  const made = { tag: code, segment, created_by: 'Lin', created_at: iso(Date.now()) };
  automatic.set(code, made);
  return { body: made };
}

export const TAG_ROUTES: Route[] = [
  ...REGISTRY_ROUTES,
  [
    'GET',
    /^\/automatic-tags$/,
    (call) => ({ body: { items: call.cookies.mock === 'empty' ? [] : [...automatic.values()] } }),
  ],
  ['PUT', /^\/automatic-tags\/([^/]+)$/, (call, match) => follow(call, match[1] ?? '')],
  [
    'DELETE',
    /^\/automatic-tags\/([^/]+)$/,
    (_, match) => (automatic.delete(match[1] ?? '') ? { status: 204 } : problem(404, 'not_found')),
  ],
  [
    'GET',
    /^\/tag-groups$/,
    (call) => {
      if (call.cookies.mock === 'empty') return { body: { items: [] } };
      const items: TagGroupItem[] = GROUPS.map((one) => ({
        group: one.group,
        tags: one.tags.map((each) => ({
          tag: each,
          customers: customers.filter(({ row }) => hasTag(row.id, each.code)).length,
        })),
      }));
      return { body: { items } };
    },
  ],
  ['GET', /^\/customers\/([^/]+)\/tags$/, (_, match) => ({ body: tagsOf(survivorOf(match[1] ?? '')) })],
  ['POST', /^\/tag-changes$/, changeOfMany],
  ['POST', /^\/customers\/([^/]+)\/tags$/, (call, match) => change(call, survivorOf(match[1] ?? ''))],
  [
    'POST',
    /^\/customers\/([^/]+)\/fields$/,
    (call, match) => {
      const id = survivorOf(match[1] ?? '');
      const found = customers.find(({ row }) => row.id === id);
      if (!found) return problem(404, 'not_found');
      const { values } = call.body as { values: Record<string, string> };
      Object.assign(found.traits, values);
      return { body: { customer_id: id, at: iso(Date.now()), values } };
    },
  ],
];
