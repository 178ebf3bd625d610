import type { Place, PlaceItem, PlaceKind, PlaceMove, PlaceSettings } from '../../src/stores/types';
import { type Call, PROBLEM, problem, type Reply, type Route } from './call.ts';
import { iso } from './data.ts';
import { users } from './users.ts';

interface Stored {
  place: Place;
  /** Of a store its own. */
  customers: number;
  users: string[];
  moves: PlaceMove[];
}

/** Of all who work side by side on the made-up server. */
let all: Stored[] = [];
let serial = 0;

function put(place: Partial<Place> & Pick<Place, 'id' | 'kind' | 'name'>, customers = 0): Stored {
  const stored: Stored = {
    place: { code: null, parent: null, is_known: true, created_at: '2026-01-04T02:00:00Z', version: 1, ...place },
    customers,
    users: [],
    moves: [],
  };
  all = [...all, stored];
  return stored;
}

put({ id: 'plc_11', kind: 'region', name: '华东' }).users.push('usr_2');
put({ id: 'plc_12', kind: 'region', name: '上海', parent: 'plc_11' });
put({ id: 'plc_13', kind: 'region', name: '杭州', parent: 'plc_11' });
put({ id: 'plc_14', kind: 'region', name: '华北' });
put({ id: 'plc_1', kind: 'store', name: '南京路店', code: 'S01', parent: 'plc_12' }, 412);
put({ id: 'plc_2', kind: 'store', name: '徐家汇店', code: 'S02', parent: 'plc_12' }, 268);
put({ id: 'plc_3', kind: 'store', name: '湖滨店', code: 'S03', parent: 'plc_13' }, 190).moves.push({
  from: 'plc_14',
  to: 'plc_13',
  moved_by: 'usr_1',
  at: '2026-05-01T02:00:00Z',
});
put({ id: 'plc_4', kind: 'store', name: '国贸店', code: 'S10', parent: 'plc_14' }, 95);
put({ id: 'plc_5', kind: 'store', name: 'S77', code: 'S77', is_known: false, created_at: '2026-11-18T02:00:00Z' }, 23);
put(
  { id: 'plc_6', kind: 'store', name: 'pop-up', code: 'pop-up', is_known: false, created_at: '2026-11-20T02:00:00Z' },
  4,
);

const find = (id: string | null | undefined) => all.find(({ place }) => place.id === id);

function isBelow(id: string | null, region: string): boolean {
  const parent = id === null ? null : (find(id)?.place.parent ?? null);
  return id === region || (parent !== null && isBelow(parent, region));
}

function itemOf({ place, users: bound }: Stored): PlaceItem {
  const below = all.filter((one) => isBelow(one.place.id, place.id));
  return { place, customers: below.reduce((sum, one) => sum + one.customers, 0), users: bound };
}

/** What is above comes before what is below it. */
function depthOf({ place }: Stored): number {
  const parent = find(place.parent);
  return parent ? depthOf(parent) + 1 : 0;
}

const listed = () => [...all].sort((one, other) => depthOf(one) - depthOf(other)).map(itemOf);

const TAKEN = { pointer: '/code', code: 'taken', detail: 'a code that no other store has' };

function create(call: Call): Reply {
  const { kind, ...settings } = call.body as PlaceSettings & { kind: PlaceKind };
  const same = all.find(({ place }) => settings.code !== null && place.code === settings.code);
  if (same?.place.is_known) return problem(409, 'conflict', { errors: [TAKEN] });
  if (same) {
    same.place = { ...same.place, ...settings, is_known: true, version: same.place.version + 1 };
    return { status: 201, body: same.place };
  }
  serial += 1;
  const made = put({ id: `plc_9${serial}`, kind, ...settings, created_at: iso(Date.now()) });
  return { status: 201, body: made.place };
}

function update(call: Call, one: Stored): Reply {
  if (call.headers['if-match'] !== `"${one.place.version}"`)
    return { ...problem(412, 'precondition_failed'), headers: PROBLEM };
  const settings = call.body as PlaceSettings;
  const other = all.find(({ place }) => settings.code !== null && place.code === settings.code);
  if (other && other !== one) return problem(409, 'conflict', { errors: [TAKEN] });
  const { parent } = one.place;
  if (parent !== settings.parent)
    one.moves.push({ from: parent, to: settings.parent, moved_by: 'usr_1', at: iso(Date.now()) });
  one.place = { ...one.place, ...settings, version: one.place.version + 1 };
  return { body: one.place };
}

/** Whom an administrator lets see everybody. */
let seeEveryone: string[] = [];

function bind(call: Call, userId: string): Reply {
  const { place, everyone } = call.body as { place: string | null; everyone?: boolean };
  const user = users.find(({ id }) => id === userId);
  if (!user) return problem(404, 'not_found');
  const field = { pointer: '/place', code: 'out_of_range', detail: 'null: an administrator sees everybody' };
  if (user.role === 'administrator' && place !== null) return problem(422, 'invalid_request', { errors: [field] });
  for (const one of all) one.users = one.users.filter((id) => id !== userId);
  seeEveryone = seeEveryone.filter((id) => id !== userId);
  if (everyone) seeEveryone = [...seeEveryone, userId];
  find(place)?.users.push(userId);
  return { status: 204 };
}

export const STORE_ROUTES: Route[] = [
  [
    'GET',
    /^\/places$/,
    (call) => ({ body: { items: call.cookies.mock === 'empty' ? [] : listed(), everyone: seeEveryone } }),
  ],
  ['POST', /^\/places$/, create],
  [
    'PUT',
    /^\/places\/([^/]+)$/,
    (call, match) => {
      const found = find(match[1]);
      return found ? update(call, found) : problem(404, 'not_found');
    },
  ],
  [
    'GET',
    /^\/places\/([^/]+)\/moves$/,
    (_, match) => {
      const found = find(match[1]);
      return found ? { body: { items: found.moves } } : problem(404, 'not_found');
    },
  ],
  ['PUT', /^\/users\/([^/]+)\/place$/, (call, match) => bind(call, match[1] ?? '')],
];
