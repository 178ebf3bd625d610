import type { ConnectionGroup, FunnelSource, FunnelStep, PoolChannel, ReachChannel } from '../../src/reach/types';
import { type Call, problem, type Reply, type Route, refusedByVersion } from './call.ts';
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

/** Code, ISO code, names, members, stores. The last three are none of the 31. */
const PROVINCES: [string, string, string, string, number, number][] = [
  ['11', 'BJ', '北京市', 'Beijing', 61, 2],
  ['12', 'TJ', '天津市', 'Tianjin', 14, 0],
  ['13', 'HE', '河北省', 'Hebei', 22, 0],
  ['14', 'SX', '山西省', 'Shanxi', 9, 0],
  ['15', 'NM', '内蒙古自治区', 'Inner Mongolia', 6, 0],
  ['21', 'LN', '辽宁省', 'Liaoning', 11, 0],
  ['22', 'JL', '吉林省', 'Jilin', 5, 0],
  ['23', 'HL', '黑龙江省', 'Heilongjiang', 7, 0],
  ['31', 'SH', '上海市', 'Shanghai', 96, 4],
  ['32', 'JS', '江苏省', 'Jiangsu', 74, 2],
  ['33', 'ZJ', '浙江省', 'Zhejiang', 120, 3],
  ['34', 'AH', '安徽省', 'Anhui', 18, 0],
  ['35', 'FJ', '福建省', 'Fujian', 25, 0],
  ['36', 'JX', '江西省', 'Jiangxi', 13, 0],
  ['37', 'SD', '山东省', 'Shandong', 38, 1],
  ['41', 'HA', '河南省', 'Henan', 29, 0],
  ['42', 'HB', '湖北省', 'Hubei', 31, 1],
  ['43', 'HN', '湖南省', 'Hunan', 27, 0],
  ['44', 'GD', '广东省', 'Guangdong', 88, 3],
  ['45', 'GX', '广西壮族自治区', 'Guangxi', 10, 0],
  ['46', 'HI', '海南省', 'Hainan', 4, 0],
  ['50', 'CQ', '重庆市', 'Chongqing', 17, 0],
  ['51', 'SC', '四川省', 'Sichuan', 52, 1],
  ['52', 'GZ', '贵州省', 'Guizhou', 8, 0],
  ['53', 'YN', '云南省', 'Yunnan', 12, 0],
  ['54', 'XZ', '西藏自治区', 'Tibet', 0, 0],
  ['61', 'SN', '陕西省', 'Shaanxi', 19, 0],
  ['62', 'GS', '甘肃省', 'Gansu', 3, 0],
  ['63', 'QH', '青海省', 'Qinghai', 1, 0],
  ['64', 'NX', '宁夏回族自治区', 'Ningxia', 2, 0],
  ['65', 'XJ', '新疆维吾尔自治区', 'Xinjiang', 5, 0],
  ['71', 'TW', '台湾省', 'Taiwan', 2, 0],
  ['81', 'HK', '香港特别行政区', 'Hong Kong', 3, 0],
  ['82', 'MO', '澳门特别行政区', 'Macao', 0, 0],
];
const UNKNOWN = 40;
let marks: string[] = ['12'];
let marksVersion = 1;

function coverageOf(call: Call) {
  // A campaign brought a tenth of them.
  const part = (count: number) => (isQuiet(call) ? 0 : call.query.get('value') ? Math.floor(count / 10) : count);
  const placed = PROVINCES.reduce((sum, [, , , , count]) => sum + part(count), 0);
  const provinces = PROVINCES.map(([code, iso, name_zh, name_en, count, stores]) => ({
    code,
    iso,
    name_zh,
    name_en,
    is_mainland: code < '70',
    members: part(count),
    share_basis_points: share(part(count), placed),
    stores,
    clerks: stores * 2,
    is_marked: marks.includes(code),
    is_covered: stores > 0 || marks.includes(code),
  }));
  const mainland = provinces.filter((one) => one.is_mainland);
  const sum = (of: typeof provinces) => of.reduce((all, { members }) => all + members, 0);
  const side = (is: boolean) => {
    const own = mainland.filter(({ is_covered }) => is_covered === is);
    return { provinces: own.length, members: sum(own), share_basis_points: share(sum(own), sum(mainland)) };
  };
  const unknown = part(UNKNOWN);
  const by = [0.5, 0.3, 0.1].map((ratio) => Math.floor(placed * ratio));
  const rest = placed - by.reduce((all, one) => all + one, 0);
  return {
    members: placed + unknown,
    provinces,
    covered: side(true),
    uncovered: side(false),
    elsewhere: placed - sum(mainland),
    unknown,
    unknown_share_basis_points: share(unknown, placed + unknown),
    origins: ['province', 'address', 'city', 'scan'].map((origin, place) => ({
      origin,
      members: [...by, rest][place],
    })),
    stores_without_province: 1,
  };
}

const PEOPLE = 60;

/** Sixty of whoever was asked for, in pages. */
function people(call: Call): Reply {
  const province = call.query.get('province');
  const offset = Number(call.query.get('cursor') ?? 0);
  const limit = Number(call.query.get('limit') ?? 50);
  const items = Array.from({ length: PEOPLE }, (_, place) => ({
    customer_id: `cus_${String(place + 1).padStart(6, '0')}`,
    name: place % 3 === 0 ? null : `客户 ${place + 1}`,
    province: province && province !== 'unknown' ? '33' : null,
    origin: province && province !== 'unknown' ? 'address' : null,
  }));
  return {
    body: {
      items: items.slice(offset, offset + limit),
      next_cursor: offset + limit < PEOPLE ? String(offset + limit) : null,
    },
  };
}

function putSalesProvinces(call: Call): Reply {
  const refused = refusedByVersion(call, marksVersion);
  if (refused) return refused;
  marks = (call.body as { provinces: string[] }).provinces;
  marksVersion += 1;
  return { body: { provinces: marks }, headers: { ETag: `"${marksVersion}"` } };
}

export const REACH_ROUTES: Route[] = [
  ['GET', /^\/reach\/pool$/, (call) => ({ body: poolOf(call.cookies.mock === 'empty') })],
  ['GET', /^\/reach\/channels$/, () => ({ body: { channels }, headers: { ETag: `"${version}"` } })],
  ['PUT', /^\/reach\/channels$/, putChannels],
  ['GET', /^\/reach\/connection-rate$/, connectionRate],
  ['GET', /^\/reach\/funnel$/, funnel],
  ['GET', /^\/reach\/coverage$/, (call) => ({ body: coverageOf(call) })],
  ['GET', /^\/reach\/(pool|funnel|coverage)\/people$/, people],
  ['GET', /^\/reach\/sales-provinces$/, () => ({ body: { provinces: marks }, headers: { ETag: `"${marksVersion}"` } })],
  ['PUT', /^\/reach\/sales-provinces$/, putSalesProvinces],
];
