import type { ConnectionGroup, FunnelSource, FunnelStep, PoolChannel, ReachChannel } from '../../src/reach/types';
import { type Call, problem, type Reply, type Route } from './call.ts';
import { iso, money } from './data.ts';

// The pool, the connection rate and the funnel, with figures that agree with each other as those of the real server do.

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAYS_MAX = 366;
const DAY_MS = 86_400_000;

const channelOf = (
  code: string,
  name_zh: string,
  name_en: string,
  identifiers: string[],
  more: Partial<ReachChannel> = {},
): ReachChannel => ({
  code,
  name_zh,
  name_en,
  identifiers,
  purpose: 'marketing',
  consent: 'not_refused',
  quota: { messages: 4, days: 30 },
  cost_milli_minor: 0,
  is_connection: true,
  ...more,
});

let version = 0;
let channels: ReachChannel[] = [
  channelOf('official_account', '公众号', 'Official account', ['open_id']),
  channelOf('app_push', '应用推送', 'App push', ['android.push_token', 'ios.push_token'], {
    quota: { messages: 1, days: 1 },
  }),
  channelOf('sms', '短信', 'SMS', ['phone'], {
    consent: 'granted',
    quota: { messages: 2, days: 30 },
    cost_milli_minor: 4500,
  }),
  channelOf('email', '邮件', 'Mail', ['email'], { consent: 'granted' }),
];

/** Contacts, withheld, exhausted, reachable. */
const COUNTS: Record<string, [number, number, number, number]> = {
  official_account: [905, 31, 120, 762],
  app_push: [212, 8, 64, 143],
  sms: [1610, 640, 210, 802],
  email: [740, 455, 0, 285],
};

function poolOf(isEmpty: boolean) {
  const found: PoolChannel[] = channels.map((channel) => {
    const [contacts, withheld, exhausted, reachable] = isEmpty ? [0, 0, 0, 0] : (COUNTS[channel.code] ?? [0, 0, 0, 0]);
    return {
      channel,
      contacts,
      withheld,
      exhausted,
      reachable,
      cost_of_all: money((channel.cost_milli_minor * reachable) / 1000),
    };
  });
  return {
    as_of: iso(Date.now()),
    contacts: isEmpty ? 0 : 1702,
    reachable: isEmpty ? 0 : 1388,
    channels: found,
  };
}

function putChannels(call: Call): Reply {
  if (call.headers['if-match'] !== `"${version}"`) return problem(412, 'precondition_failed');
  channels = (call.body as { channels: ReachChannel[] }).channels;
  version += 1;
  return { body: { channels }, headers: { ETag: `"${version}"` } };
}

const share = (part: number, whole: number) => (whole === 0 ? null : Math.round((10_000 * part) / whole));

const group = (key: string | null, name: string | null, buyers: number, connected: number): ConnectionGroup => ({
  key,
  name,
  buyers,
  connected,
  rate_basis_points: share(connected, buyers),
});

const GROUPS: Record<string, ConnectionGroup[]> = {
  store: [group('plc_1', '南京路店', 310, 164), group('plc_2', '徐家汇店', 198, 61), group(null, null, 140, 12)],
  clerk: [group('clk_1', '林晓岚', 120, 88), group('clk_2', '周雨桐', 64, 12), group(null, null, 420, 101)],
  sku: [group('TEA-1', null, 402, 171), group('TEA-2', null, 155, 40), group('CUP-9', null, 12, 0)],
};

/** What is wrong with the days of a query; null where they can be counted. */
function wrongDays({ query }: Call): Reply | null {
  const [from, to] = [query.get('from') ?? '', query.get('to') ?? ''];
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (DAY.test(from) && DAY.test(to) && days >= 1 && days <= DAYS_MAX) return null;
  const errors = [{ pointer: '/to', code: 'out_of_range', detail: 'at most 366 days from the first one' }];
  return problem(422, 'invalid_request', { errors });
}

const isQuiet = (call: Call) => call.cookies.mock === 'empty' || call.query.get('from') === '2020-01-01';

function connectionRate(call: Call): Reply {
  const wrong = wrongDays(call);
  if (wrong) return wrong;
  const bound_by = call.query.get('bound_by') ?? call.query.get('to');
  if (isQuiet(call))
    return { body: { bound_by, buyers: 0, connected: 0, rate_basis_points: null, groups: [], is_cut: false } };
  const [buyers, connected] = [612, 229];
  const groups = GROUPS[call.query.get('by') ?? ''] ?? [];
  return {
    body: { bound_by, buyers, connected, rate_basis_points: share(connected, buyers), groups, is_cut: false },
  };
}

function stepOf(count: number, clicks: number, cost: number): FunnelStep {
  return {
    count,
    share_basis_points: share(count, clicks),
    cost_each_milli_minor: count === 0 ? null : Math.round((cost * 1000) / count),
  };
}

function sourceOf(source: string | null, cost: number, counts: [number, number, number, number]): FunnelSource {
  const [clicked, followed, registered, bought] = counts.map((count) => stepOf(count, counts[0], cost)) as [
    FunnelStep,
    FunnelStep,
    FunnelStep,
    FunnelStep,
  ];
  const buyers = Math.floor(counts[3] * 0.8);
  const super_users = Math.floor(buyers * 0.15);
  return {
    source,
    cost: money(cost),
    clicked,
    followed,
    registered,
    bought,
    super_users: { buyers, super_users, share_basis_points: share(super_users, buyers) },
  };
}

const SOURCES = {
  touch_point: [
    sourceOf('douyin', 1_000_000, [50_000, 6_100, 2_300, 310]),
    sourceOf('store', 42_000, [1_240, 410, 280, 96]),
    sourceOf('tea_fair', 18_000, [160, 12, 0, 0]),
  ],
  parameter: [
    sourceOf('douyin', 1_000_000, [50_000, 6_100, 2_300, 310]),
    sourceOf(null, 60_000, [1_400, 422, 280, 96]),
  ],
};

function funnel(call: Call): Reply {
  const wrong = wrongDays(call);
  if (wrong) return wrong;
  const hasValues = call.cookies.mock !== 'no_value';
  const found = SOURCES[call.query.get('parameter') ? 'parameter' : 'touch_point'];
  const sources = isQuiet(call) ? [] : hasValues ? found : found.map((one) => ({ ...one, super_users: null }));
  return { body: { sources, values_as_of: hasValues ? '2026-11-20' : null } };
}

export const REACH_ROUTES: Route[] = [
  ['GET', /^\/reach\/pool$/, (call) => ({ body: poolOf(call.cookies.mock === 'empty') })],
  ['GET', /^\/reach\/channels$/, () => ({ body: { channels }, headers: { ETag: `"${version}"` } })],
  ['PUT', /^\/reach\/channels$/, putChannels],
  ['GET', /^\/reach\/connection-rate$/, connectionRate],
  ['GET', /^\/reach\/funnel$/, funnel],
];
