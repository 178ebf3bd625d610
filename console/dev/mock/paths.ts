import type { CustomerPath, OwnPath, Path, PathStep } from '../../src/paths/api';
import { type Call, problem, type Reply, type Route } from './call.ts';
import { findCustomer } from './customers.ts';
import { iso } from './data.ts';
import { survivorOf } from './identity.ts';

const DAY_MS = 86_400_000;
const began = Date.now();

const step = (kind: string, more: Partial<PathStep> = {}): PathStep => ({
  kind,
  names: [],
  touch_point: null,
  channel: null,
  within_hours: null,
  ...more,
});

const month = (back: number) => iso(began - back * 30 * DAY_MS).slice(0, 7);

const STORE: Path = {
  code: 'store_receipt',
  name_zh: '路径 A：门店购买 → 扫小票 → 注册',
  name_en: 'Path A: store purchase → receipt scan → sign-up',
  is_preset: true,
  steps: [step('order'), step('scan', { names: ['Receipt Scanned'] }), step('sign_up')],
  completed: 60,
  completed_ever: 86,
  reached: [1_204, 131, 86],
  months: [
    { month: month(1), completed: 37 },
    { month: month(0), completed: 23 },
  ],
};
const SEARCH: Path = {
  code: 'search_service',
  name_zh: '路径 B：搜索 → 了解 → 购买 → 问客服',
  name_en: 'Path B: search → learns → buys → asks the service',
  is_preset: true,
  steps: [
    step('touch_point', { touch_point: 'search' }),
    step('event', { names: ['Product Viewed', 'Content Viewed', 'Article Read'] }),
    step('order'),
    step('ticket'),
  ],
  completed: 1,
  completed_ever: 1,
  reached: [402, 311, 64, 1],
  months: [{ month: month(0), completed: 1 }],
};

const made = (path: OwnPath): Path => ({
  ...path,
  is_preset: false,
  completed: 0,
  completed_ever: 0,
  reached: path.steps.map(() => 0),
  months: [],
});
let version = 1;
let own: Path[] = [
  made({
    code: 'live_to_order',
    name_zh: '直播当天下单',
    name_en: 'Live stream to order',
    steps: [
      step('event', { names: ['Live Stream Watched'], touch_point: 'live_stream' }),
      step('order', { within_hours: 24 }),
    ],
  }),
];

const none = (path: Path): Path => ({
  ...path,
  completed: 0,
  completed_ever: 0,
  reached: path.steps.map(() => 0),
  months: [],
});

function pathsOf(call: Call) {
  const isEmpty = call.cookies.mock === 'empty';
  const items = isEmpty ? [none(STORE), none(SEARCH)] : [STORE, SEARCH, ...own];
  return {
    from: call.query.get('from') ?? iso(began - 364 * DAY_MS).slice(0, 10),
    until: call.query.get('until') ?? iso(began).slice(0, 10),
    as_of: iso(began),
    items,
    version,
  };
}

function putPaths(call: Call): Reply {
  if (call.headers['if-match'] !== `"${version}"`) return problem(412, 'precondition_failed');
  own = (call.body as { paths: OwnPath[] }).paths.map(made);
  version += 1;
  const paths = own.map(({ code, name_zh, name_en, steps }) => ({ code, name_zh, name_en, steps }));
  return { body: { paths, version }, headers: { ETag: `"${version}"` } };
}

function peopleOf(call: Call, code: string): Reply {
  const path = [STORE, SEARCH, ...own].find((one) => one.code === code);
  if (!path) return problem(404, 'not_found');
  const all = Array.from({ length: call.cookies.mock === 'empty' ? 0 : path.completed }, (_, place) => ({
    customer_id: `cus_${String((place % 40) + 1 + 40 * Math.floor(place / 40)).padStart(6, '0')}`,
    display_name: null,
    completed_at: iso(began - place * 7 * 3_600_000),
  }));
  const start = Number(call.query.get('cursor') ?? 0);
  const limit = Number(call.query.get('limit') ?? 50);
  const next = start + limit < all.length ? String(start + limit) : null;
  return { body: { items: all.slice(start, start + limit), next_cursor: next } };
}

const taken = (at: number, kind: string, name: string | null, touch_point: string | null) => ({
  at: iso(began - at * DAY_MS),
  kind,
  name,
  channel: null,
  touch_point,
  source: 'src_0001',
});

function customerPaths(): { items: CustomerPath[] } {
  const of = ({ code, name_zh, name_en, is_preset, steps }: Path) => ({ code, name_zh, name_en, is_preset, steps });
  return {
    items: [
      { ...of(STORE), taken: [taken(40, 'order', null, null)], completed_at: null },
      {
        ...of(SEARCH),
        taken: [
          taken(60, 'page', 'Search', 'search'),
          taken(59, 'event', 'Product Viewed', 'website'),
          taken(58, 'order', null, 'online_shop'),
          taken(55, 'event', 'Ticket Opened', 'wechat_service'),
        ],
        completed_at: iso(began - 55 * DAY_MS),
      },
      ...own.map((path) => ({ ...of(path), taken: [], completed_at: null })),
    ],
  };
}

export const PATH_ROUTES: Route[] = [
  ['GET', /^\/paths$/, (call) => ({ body: pathsOf(call), headers: { ETag: `"${version}"` } })],
  ['PUT', /^\/paths$/, putPaths],
  ['GET', /^\/paths\/([^/]+)\/people$/, (call, match) => peopleOf(call, decodeURIComponent(match[1] ?? ''))],
  [
    'GET',
    /^\/customers\/([^/]+)\/paths$/,
    (_, match) => (findCustomer(survivorOf(match[1] ?? '')) ? { body: customerPaths() } : problem(404, 'not_found')),
  ],
];
