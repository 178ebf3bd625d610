import type { Code, CodeChange, CodeRow, NewCode } from '../../src/codes/types';
import { type Call, PROBLEM, problem, type Reply, type Route } from './call.ts';
import { iso, random } from './data.ts';
import { isOpen } from './touchPoints.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const REGIONS = ['杭州', '上海', '成都', null];
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

interface Scan {
  at: number;
  region: string | null;
  device: number;
  first: boolean;
}

interface Stored {
  code: Code;
  scans: Scan[];
  /** Customers; of whoever scanned first. */
  followed: number;
  followedBefore: number;
  registered: number;
  ordered: number;
}

const began = Date.now();
const next = random(2401);
let serial = 0;

function slug(): string {
  return Array.from({ length: 10 }, () => LETTERS[Math.floor(next() * LETTERS.length)]).join('');
}

function stored(batch_id: string, made: NewCode, atMs: number, scans: Scan[] = []): Stored {
  serial += 1;
  const visitors = scans.filter(({ first }) => first).length;
  return {
    code: {
      id: `cod_${String(serial).padStart(6, '0')}`,
      path: `/s/${slug()}`,
      batch_id,
      name: made.name,
      touch_point: made.touch_point,
      parameters: made.parameters,
      target: made.target,
      cost_minor: made.cost_minor,
      state: 'active',
      created_by: 'usr_1',
      created_at: iso(atMs),
      version: 1,
    },
    scans,
    followed: Math.round(visitors * 0.3),
    followedBefore: Math.round(visitors * 0.1),
    registered: Math.round(visitors * 0.12),
    ordered: Math.round(visitors * 0.03),
  };
}

function scansOf(count: number): Scan[] {
  const seen = new Set<number>();
  const times = Array.from({ length: count }, () => began - next() ** 2 * 45 * DAY_MS).sort((a, b) => a - b);
  return times.map((at) => {
    const device = Math.floor(next() * count * 1.6);
    const first = !seen.has(device);
    seen.add(device);
    // From nine to nine on the clock of Shanghai.
    const day = Math.floor(at / DAY_MS) * DAY_MS;
    const hour = 1 + Math.floor(((at % DAY_MS) / DAY_MS) * 12);
    return {
      at: Math.min(began, day + hour * HOUR_MS + Math.floor(next() * HOUR_MS)),
      region: REGIONS[Math.floor(next() * 4)] ?? null,
      device,
      first,
    };
  });
}

const STORES = ['西溪店', '湖滨店', '滨江店'];
let all: Stored[] = [
  ...STORES.flatMap((place, index) =>
    ['海报', '桌牌'].map((material, other) =>
      stored(
        'cob_0001',
        {
          name: `春茶 · ${place} · ${material}`,
          touch_point: 'store',
          parameters: { place, material, staff: `E00${index + 1}` },
          target: 'https://shop.example.com/spring?utm_source=poster',
          cost_minor: 12_000 + index * 500,
        },
        began - 60 * DAY_MS,
        scansOf([420, 260, 90, 48, 12, 3][index * 2 + other] ?? 0),
      ),
    ),
  ),
  stored(
    'cob_0002',
    {
      name: 'Call centre',
      touch_point: 'phone',
      parameters: {},
      target: 'https://shop.example.com/join',
      cost_minor: 0,
    },
    began - 20 * DAY_MS,
    scansOf(31),
  ),
  ...Array.from({ length: 60 }, (_, index) =>
    stored(
      'cob_0003',
      {
        name: `茶博会 ${index + 1} 号展位`,
        touch_point: index === 59 ? 'old_kiosk' : 'tea_fair',
        parameters: { place: `展位 ${index + 1}`, channel: 'fair' },
        target: 'https://shop.example.com/fair',
        cost_minor: 3000,
      },
      began - 3 * DAY_MS,
      index < 9 ? scansOf(40 - index * 4) : [],
    ),
  ),
];
const paused = all[5];
if (paused) paused.code.state = 'paused';

interface Period {
  from: number;
  until: number;
}

function periodOf(call: Call): Period {
  const at = (name: string, absent: number) => {
    const text = call.query.get(name);
    return text ? Date.parse(text) : absent;
  };
  return { from: at('from', 0), until: at('until', Number.POSITIVE_INFINITY) };
}

const within = ({ scans }: Stored, { from, until }: Period) => scans.filter(({ at }) => at >= from && at < until);

function rowOf(one: Stored, period: Period): CodeRow {
  const scans = within(one, period);
  const visitors = scans.filter(({ first }) => first).length;
  const share = one.scans.length > 0 ? scans.length / one.scans.length : 0;
  const part = (count: number) => Math.round(count * share);
  const last = scans.at(-1);
  return {
    code: one.code,
    scans: scans.length,
    visitors,
    repeated: scans.length - visitors,
    followed: part(one.followed),
    followed_before: part(one.followedBefore),
    registered: part(one.registered),
    ordered: part(one.ordered),
    last_scan_at: last ? iso(last.at) : null,
  };
}

function report(call: Call): Reply {
  const batch = call.query.get('batch');
  const period = periodOf(call);
  const chosen = call.cookies.mock === 'empty' ? [] : all.filter(({ code }) => !batch || code.batch_id === batch);
  const items = chosen.map((one) => rowOf(one, period));
  const sum = (value: (row: CodeRow) => number) => items.reduce((total, row) => total + value(row), 0);
  return {
    body: {
      items,
      scans: sum(({ scans }) => scans),
      cost_minor: sum(({ code }) => code.cost_minor),
      attribution_days: 30,
    },
  };
}

function create(call: Call): Reply {
  const { codes } = call.body as { codes: NewCode[] };
  const closed = codes.findIndex(({ touch_point: at }) => !isOpen(at));
  if (closed >= 0) {
    const pointer = `/codes/${closed}/touch_point`;
    const detail = 'a touch-point of the registry, not archived';
    return problem(422, 'invalid_request', { errors: [{ pointer, code: 'out_of_range', detail }] });
  }
  serial += 1;
  const batch = `cob_1${serial}`;
  const made = codes.map((one) => stored(batch, one, Date.now()));
  all = [...all, ...made];
  return { status: 201, body: { items: made.map(({ code }) => code) } };
}

const on =
  (handle: (call: Call, one: Stored) => Reply) =>
  (call: Call, match: RegExpMatchArray): Reply => {
    const found = all.find(({ code }) => code.id === match[1]);
    return found ? handle(call, found) : problem(404, 'not_found');
  };

function change(one: Stored, more: Partial<Code>): Reply {
  one.code = { ...one.code, ...more, version: one.code.version + 1 };
  return { body: one.code, headers: { ETag: `"${one.code.version}"` } };
}

function update(call: Call, one: Stored): Reply {
  if (call.headers['if-match'] !== `"${one.code.version}"`)
    return { ...problem(412, 'precondition_failed'), headers: PROBLEM };
  return change(one, call.body as CodeChange);
}

/** Dots that look like a code; nobody could scan it. */
function drawing(seed: number): string {
  const draw = random(seed);
  const dots = Array.from({ length: 33 * 33 }, (_, place) =>
    draw() > 0.5 ? `<rect x="${4 + (place % 33)}" y="${4 + Math.floor(place / 33)}" width="1" height="1"/>` : '',
  ).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 41 41"><rect width="41" height="41" fill="#fff"/>${dots}</svg>`;
}

function picture(call: Call, one: Stored): Reply {
  const type = call.query.get('format') === 'png' ? 'image/png' : 'image/svg+xml';
  return { text: drawing(Number(one.code.id.slice(4))), headers: { 'Content-Type': type } };
}

function hours(call: Call, one: Stored): Reply {
  const counts = new Map<string, { region: string | null; hour: string; scans: number }>();
  for (const { at, region } of within(one, periodOf(call))) {
    const hour = iso(Math.floor(at / HOUR_MS) * HOUR_MS);
    const key = `${region} ${hour}`;
    const count = counts.get(key) ?? { region, hour, scans: 0 };
    counts.set(key, { ...count, scans: count.scans + 1 });
  }
  return { body: { items: [...counts.values()] } };
}

function scans(call: Call, one: Stored): Reply {
  const from = Number(call.query.get('cursor') ?? 0);
  const limit = Number(call.query.get('limit') ?? 50);
  const items = one.scans.slice(from, from + limit).map(({ at, region, device, first }) => ({
    at: iso(at),
    region,
    first,
    customer_id: device % 11 === 0 ? null : `cus_${String((device % 40) + 1).padStart(6, '0')}`,
  }));
  return { body: { items, next_cursor: from + limit < one.scans.length ? String(from + limit) : null } };
}

export const CODE_ROUTES: Route[] = [
  ['GET', /^\/codes\/report$/, report],
  ['GET', /^\/codes\/sheet$/, () => ({ text: '%PDF-1.7\n', headers: { 'Content-Type': 'application/pdf' } })],
  ['POST', /^\/codes$/, create],
  [
    'PUT',
    /^\/code-regions$/,
    (call) => ({ body: { networks: (call.body as { networks: unknown[] }).networks.length } }),
  ],
  ['GET', /^\/codes\/([^/]+)$/, on((_, { code }) => ({ body: code, headers: { ETag: `"${code.version}"` } }))],
  ['PUT', /^\/codes\/([^/]+)$/, on(update)],
  ['GET', /^\/codes\/([^/]+)\/picture$/, on(picture)],
  ['GET', /^\/codes\/([^/]+)\/hours$/, on(hours)],
  ['GET', /^\/codes\/([^/]+)\/scans$/, on(scans)],
  ['POST', /^\/codes\/([^/]+)\/pause$/, on((_, one) => change(one, { state: 'paused' }))],
  ['POST', /^\/codes\/([^/]+)\/resume$/, on((_, one) => change(one, { state: 'active' }))],
];
