import type { NewUnitBatch, UnitBatch, UnitScan } from '../../src/units/types';
import { type Call, problem, type Reply, type Route } from './call.ts';
import { iso, random } from './data.ts';

const DAY_MS = 86_400_000;
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

interface Stored {
  batch: UnitBatch;
  scans: UnitScan[];
}

const began = Date.now();
const next = random(8);
let serial = 0;

function stored(made: NewUnitBatch, atMs: number, scans: UnitScan[] = []): Stored {
  serial += 1;
  const id = `unb_${String(serial).padStart(4, '0')}`;
  return { batch: { id, ...made, state: 'active', created_by: 'usr_1', created_at: iso(atMs) }, scans };
}

/** Some packages are scanned by one person, some by two. */
function scansOf(count: number): UnitScan[] {
  return Array.from({ length: count }, (_, place) => {
    const later = place % 9 === 8;
    return {
      serial: later ? place : place + 1,
      at: iso(began - Math.floor(next() * 20 * DAY_MS)),
      region: place % 3 === 0 ? null : '杭州',
      outcome: later ? 'already_used' : 'claimed',
      customer_id: place % 7 === 0 ? null : `cus_${String((place % 40) + 1).padStart(6, '0')}`,
    };
  });
}

const batchOf = (product: string, sku: string, batch_no: string, units: number): NewUnitBatch => ({
  product,
  sku,
  batch_no,
  touch_point: 'store',
  reward_name: '积分',
  reward_amount: 50,
  units,
});

let all: Stored[] = [
  stored(batchOf('明前龙井 50 g', 'SKU-A', '2401', 10_000), began - 90 * DAY_MS, scansOf(120)),
  stored(batchOf('桂花乌龙 100 g', 'SKU-B', '2401', 10_000), began - 40 * DAY_MS, scansOf(31)),
  stored(batchOf('冷泡茶包 12 枚', 'SKU-C', '2402', 500), began - DAY_MS),
];
const second = all[1];
if (second) {
  second.batch.state = 'paused';
  second.scans.push({ serial: 99, at: iso(began), region: null, outcome: 'paused', customer_id: null });
}

const itemOf = ({ batch, scans }: Stored) => {
  const count = (outcome: string) => scans.filter((scan) => scan.outcome === outcome).length;
  return {
    batch,
    claimed: count('claimed'),
    already_used: count('already_used'),
    scanned_while_paused: count('paused'),
  };
};

function code(): string {
  const letters = Array.from({ length: 16 }, () => LETTERS[Math.floor(next() * LETTERS.length)]).join('');
  return (letters.match(/.{4}/g) ?? []).join('-');
}

function create(call: Call): Reply {
  const made = stored(call.body as NewUnitBatch, Date.now());
  all = [...all, made];
  const codes = call.cookies.mock === 'no_secret' ? null : Array.from({ length: made.batch.units }, code);
  return { status: 201, body: { batch: made.batch, codes } };
}

const on =
  (handle: (call: Call, one: Stored) => Reply) =>
  (call: Call, match: RegExpMatchArray): Reply => {
    const found = all.find(({ batch }) => batch.id === match[1]);
    return found ? handle(call, found) : problem(404, 'not_found');
  };

function set(state: string) {
  return on((_, one) => {
    one.batch = { ...one.batch, state };
    return { body: one.batch };
  });
}

export const UNIT_ROUTES: Route[] = [
  ['GET', /^\/unit-batches$/, (call) => ({ body: { items: call.cookies.mock === 'empty' ? [] : all.map(itemOf) } })],
  ['POST', /^\/unit-batches$/, create],
  ['POST', /^\/unit-batches\/([^/]+)\/pause$/, set('paused')],
  ['POST', /^\/unit-batches\/([^/]+)\/resume$/, set('active')],
  [
    'GET',
    /^\/unit-batches\/([^/]+)\/scans$/,
    on((call, { scans }) => {
      const from = Number(call.query.get('cursor') ?? 0);
      const limit = Number(call.query.get('limit') ?? 50);
      const more = from + limit < scans.length;
      return { body: { items: scans.slice(from, from + limit), next_cursor: more ? String(from + limit) : null } };
    }),
  ],
];
