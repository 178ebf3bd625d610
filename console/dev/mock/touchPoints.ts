import type { NewTouchPoint, TouchPoint, TouchPointItem, TouchPointNames } from '../../src/touchPoints/types';
import { type Call, PROBLEM, problem, type Reply, type Route } from './call.ts';
import { iso, random } from './data.ts';

const PRESETS: [string, string, string][] = [
  ['official_account', '公众号', 'Official account'],
  ['moments', '朋友圈', 'Moments'],
  ['community', '社群', 'Community'],
  ['video_channel', '视频号', 'Video channel'],
  ['wechat_service', '微信客服', 'WeChat customer service'],
  ['offline_promotion', '地推', 'Offline promotion'],
  ['phone', '电话', 'Phone'],
  ['mini_program', '小程序', 'Mini program'],
  ['website', '官网', 'Website'],
  ['online_shop', '电商', 'Online shop'],
  ['weibo', '微博', 'Weibo'],
  ['store', '门店', 'Store'],
  ['douyin', '抖音', 'Douyin'],
  ['search', '搜索', 'Search'],
  ['live_stream', '直播', 'Live stream'],
];

const began = Date.now();

function pointOf(code: string, name_zh: string, name_en: string, more: Partial<TouchPoint> = {}): TouchPoint {
  return { code, name_zh, name_en, preset: false, archived_at: null, version: 1, ...more };
}

function countsOf(next: () => number, place: number) {
  const facts = place % 7 === 6 ? 0 : Math.round(next() * 4000);
  const first = Math.round(facts * 0.6);
  return {
    facts,
    by_source: facts === 0 ? [] : [part('src_0001', first), part('src_0002', facts - first)],
    last_at: facts === 0 ? null : iso(began - Math.round(next() * 40 * 3_600_000)),
    met: Math.round(facts * 0.22),
    followed: Math.round(facts * 0.1),
    registered: Math.round(facts * 0.04),
  };
}
const part = (source_id: string, facts: number) => ({ source_id, facts });

const next = random(4711);
let items: TouchPointItem[] = [
  ...PRESETS.map(([code, zh, en]) => pointOf(code, zh, en, { preset: true })),
  pointOf('tea_fair', '茶博会', 'Tea fair'),
  pointOf('old_kiosk', '旧售货亭', 'Old kiosk', { archived_at: '2026-09-01T02:00:00Z', version: 2 }),
].map((touch_point, place) => ({ touch_point, counts: countsOf(next, place) }));
const WITHOUT = { ...countsOf(next, 0), facts: 1280, by_source: [part('src_0001', 1280)], met: 0 };
const NONE = { facts: 0, by_source: [], last_at: null, met: 0, followed: 0, registered: 0 };

export const isOpen = (code: string) =>
  items.some(({ touch_point: one }) => one.code === code && one.archived_at === null);

function create(call: Call): Reply {
  const { code, name_zh, name_en } = call.body as NewTouchPoint;
  if (items.some(({ touch_point: one }) => one.code === code))
    return problem(409, 'conflict', { detail: 'there is a touch-point with this code already' });
  const made = pointOf(code, name_zh, name_en);
  items = [...items, { touch_point: made, counts: NONE }];
  return { status: 201, body: made };
}

const on =
  (change: (call: Call, before: TouchPoint) => Partial<TouchPoint> | null) =>
  (call: Call, match: RegExpMatchArray): Reply => {
    const found = items.find(({ touch_point: one }) => one.code === match[1]);
    if (!found) return problem(404, 'not_found');
    const changed = change(call, found.touch_point);
    if (changed === null) return { ...problem(412, 'precondition_failed'), headers: PROBLEM };
    found.touch_point = { ...found.touch_point, ...changed, version: found.touch_point.version + 1 };
    return { body: found.touch_point, headers: { ETag: `"${found.touch_point.version}"` } };
  };

export const TOUCH_POINT_ROUTES: Route[] = [
  [
    'GET',
    /^\/touch-points$/,
    (call) => {
      const all = call.cookies.mock === 'empty' ? items.map((item) => ({ ...item, counts: NONE })) : items;
      const without = call.cookies.mock === 'empty' ? NONE : WITHOUT;
      const facts = all.reduce((sum, { counts }) => sum + counts.facts, without.facts);
      return { body: { items: all, without, facts } };
    },
  ],
  ['POST', /^\/touch-points$/, create],
  [
    'PUT',
    /^\/touch-points\/([^/]+)$/,
    on((call, before) => (call.headers['if-match'] === `"${before.version}"` ? (call.body as TouchPointNames) : null)),
  ],
  ['POST', /^\/touch-points\/([^/]+)\/archive$/, on(() => ({ archived_at: iso(Date.now()) }))],
  ['POST', /^\/touch-points\/([^/]+)\/restore$/, on(() => ({ archived_at: null }))],
];
