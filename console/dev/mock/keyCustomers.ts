import type { ContactOwner, ContactPromise, KeyCustomer } from '../../src/keyCustomers/types';
import { type Call, problem, type Reply, type Route, refusedByVersion } from './call.ts';
import { findCustomer } from './customers.ts';
import { iso, type MockCustomer } from './data.ts';
import { survivorOf } from './identity.ts';
import { peopleOf } from './rules.ts';
import { find, notBuilt, pageOf, shown } from './segments.ts';
import { users } from './users.ts';

// Promises of contact: whoever is in the segment has an owner, and every third is overdue until a contact is written down.

const ME = 'usr_1';
const OVERDUE_EVERY = 3;
const DAY_MS = 86_400_000;
const began = Date.now();

interface Kept {
  segment: string;
  days: number;
  owners: string[];
  version: number;
  changed_by: string;
  changed_at: string;
}

let promises: Kept[] = [
  {
    segment: 'hangzhou_regulars',
    days: 30,
    owners: [ME, 'usr_4', 'usr_3'],
    version: 1,
    changed_by: '林晓岚',
    changed_at: iso(began - 40 * DAY_MS),
  },
];

/** By segment and customer. */
const handed = new Map<string, { owner: string; at: string }>();
const contacted = new Set<string>();

const mayWrite = ({ role, status }: (typeof users)[number]) => status === 'active' && role !== 'analyst';
const ownerOf = (user_id: string): ContactOwner => ({
  user_id,
  name: users.find(({ id }) => id === user_id)?.name ?? user_id,
});
const isAble = (user_id: string) => users.some((one) => one.id === user_id && mayWrite(one));

function promiseOf(kept: Kept): ContactPromise {
  const segment = find(kept.segment);
  return {
    ...kept,
    segment_name: segment ? shown(segment).name : kept.segment,
    owners: kept.owners.map(ownerOf),
    unable_owners: kept.owners.filter((id) => !isAble(id)),
    overdue_segment: `${kept.segment}_overdue`,
  };
}

const promiseFor = (code: string) => promises.find(({ segment }) => segment === code);

function list(call: Call): Reply {
  const candidates = users
    .filter(mayWrite)
    .map(({ id }) => ownerOf(id))
    .sort((one, other) => one.name.localeCompare(other.name));
  return { body: { items: call.cookies.mock === 'empty' ? [] : promises.map(promiseOf), candidates } };
}

function put(call: Call, code: string): Reply {
  if (!find(code)) return problem(404, 'not_found');
  const before = promiseFor(code);
  const refused = refusedByVersion(call, before?.version);
  if (refused) return refused;
  const { days, owners } = call.body as { days: number; owners: string[] };
  const kept: Kept = {
    segment: code,
    days,
    owners,
    version: (before?.version ?? 0) + 1,
    changed_by: '林晓岚',
    changed_at: iso(Date.now()),
  };
  promises = [...promises.filter((one) => one !== before), kept].sort((one, other) =>
    one.segment.localeCompare(other.segment),
  );
  return { body: promiseOf(kept), headers: { ETag: `"${kept.version}"` } };
}

function remove(call: Call, code: string): Reply {
  const kept = promiseFor(code);
  if (!kept) return problem(404, 'not_found');
  const refused = refusedByVersion(call, kept.version);
  if (refused) return refused;
  promises = promises.filter((one) => one !== kept);
  return { status: 204 };
}

function keyCustomer(kept: Kept, { row }: MockCustomer, place: number): KeyCustomer {
  const able = kept.owners.filter(isAble);
  const now = handed.get(`${kept.segment}/${row.id}`);
  const owner = now?.owner ?? able[place % able.length];
  return {
    customer: row,
    owner: owner === undefined ? null : ownerOf(owner),
    since: owner === undefined ? null : (now?.at ?? kept.changed_at),
    is_overdue: place % OVERDUE_EVERY === 0 && !contacted.has(row.id),
  };
}

function people(kept: Kept): KeyCustomer[] {
  const segment = find(kept.segment);
  return segment ? peopleOf(shown(segment).text).map((one, place) => keyCustomer(kept, one, place)) : [];
}

function keyCustomers(call: Call, code: string): Reply {
  const kept = promiseFor(code);
  if (!kept) return problem(404, 'not_found');
  const all = people(kept);
  const [owner, overdue] = [call.query.get('owner'), call.query.get('overdue')];
  const wanted = owner === 'me' ? ME : owner;
  const found = all.filter(
    (one) => (!wanted || one.owner?.user_id === wanted) && (!overdue || String(one.is_overdue) === overdue),
  );
  const by_owner = kept.owners
    .map((id) => ({ owner: ownerOf(id), own: all.filter((one) => one.owner?.user_id === id) }))
    .map(({ owner, own }) => ({
      owner,
      customers: own.length,
      overdue: own.filter(({ is_overdue }) => is_overdue).length,
    }));
  return { body: { as_of: iso(Date.now()), ...pageOf(found, (name) => call.query.get(name)), by_owner } };
}

function handOver(call: Call, code: string, customer: string): Reply {
  const kept = promiseFor(code);
  const is = (one: KeyCustomer) => one.customer.id === survivorOf(customer);
  if (!kept || !people(kept).some(is)) return problem(404, 'not_found');
  const { user_id } = call.body as { user_id: string };
  if (!kept.owners.includes(user_id) || !isAble(user_id))
    return problem(422, 'invalid_request', {
      errors: [{ pointer: '/user_id', code: 'invalid_value', detail: 'one of the owners of the promise' }],
    });
  handed.set(`${code}/${survivorOf(customer)}`, { owner: user_id, at: iso(Date.now()) });
  return { body: people(kept).find(is) };
}

function noteContact(call: Call, id: string): Reply {
  const customer = findCustomer(survivorOf(id));
  if (!customer) return problem(404, 'not_found');
  const body = call.body as { channel: string; note: string; at: string | null };
  contacted.add(customer.row.id);
  return {
    status: 201,
    body: { ...body, customer_id: customer.row.id, at: body.at ?? iso(Date.now()), recorded_by: '林晓岚' },
  };
}

const decoded = (match: RegExpMatchArray, group: number) => decodeURIComponent(match[group] ?? '');

export const KEY_CUSTOMER_ROUTES: Route[] = [
  ['GET', /^\/contact-promises$/, list],
  ['PUT', /^\/segments\/([^/]+)\/contact-promise$/, (call, match) => put(call, decoded(match, 1))],
  ['DELETE', /^\/segments\/([^/]+)\/contact-promise$/, (call, match) => remove(call, decoded(match, 1))],
  [
    'GET',
    /^\/segments\/([^/]+)\/key-customers$/,
    (call, match) => notBuilt(call) ?? keyCustomers(call, decoded(match, 1)),
  ],
  [
    'PUT',
    /^\/segments\/([^/]+)\/key-customers\/([^/]+)\/owner$/,
    (call, match) => handOver(call, decoded(match, 1), decoded(match, 2)),
  ],
  ['POST', /^\/customers\/([^/]+)\/contacts$/, (call, match) => noteContact(call, decoded(match, 1))],
];
