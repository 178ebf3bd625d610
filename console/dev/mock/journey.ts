import type { TimelineEntry } from '../../src/shared/api/types';
import type { StageTable } from '../../src/stages/api';
import type { Topic, TopicPick } from '../../src/topics/types';
import { type Call, problem, type Reply, type Route, refusedByVersion } from './call.ts';
import { findCustomer, profileOf, timelineOf } from './customers.ts';
import { iso, type MockCustomer, money } from './data.ts';
import { survivorOf } from './identity.ts';

const DAY_MS = 86_400_000;
const STAGES = ['contact', 'learn', 'buy', 'query', 'interact'];
const EVENTS: [name: string, stage: string, touchPoint: string][] = [
  ['Code Scanned', 'contact', 'store'],
  ['Product Viewed', 'learn', 'mini_program'],
  ['Product Added', 'buy', 'mini_program'],
  ['Call Ended', 'query', 'phone'],
  ['Product Shared', 'interact', 'mini_program'],
];
const STAGE_OF_KIND: Record<string, string> = { order: 'buy', refund: 'query', customer_update: 'contact' };

interface Told {
  fact: TimelineEntry;
  stage: string;
  channel: string | null;
  touchPoint: string | null;
}

function eventOf(number: number, index: number): Told {
  const [title, stage, touchPoint] = EVENTS[index % EVENTS.length] as (typeof EVENTS)[number];
  const fact: TimelineEntry = {
    id: `fact_${number}_e${index}`,
    at: iso(Date.parse('2026-11-18T12:00:00Z') - index * 2.6 * DAY_MS),
    kind: 'event',
    title,
    order_no: null,
    amount: null,
    quantity: null,
    source: 'src_0001',
    import_id: null,
    lines: [],
    traits: [],
  };
  return { fact, stage, channel: index % 2 === 0 ? 'wechat' : 'web', touchPoint };
}

/** Orders and updates as on the timeline; who has been seen by touch-points has some events beside. */
function toldOf(customer: MockCustomer): Told[] {
  const facts = timelineOf(customer, new URLSearchParams({ cursor: '0' })).items;
  const plain = facts.map((fact) => ({
    fact,
    stage: STAGE_OF_KIND[fact.kind] ?? 'learn',
    channel: null,
    touchPoint: null,
  }));
  const events = customer.number % 2 === 1 ? Array.from({ length: 40 }, (_, i) => eventOf(customer.number, i)) : [];
  return [...plain, ...events].sort((a, b) => b.fact.at.localeCompare(a.fact.at));
}

function reached(told: Told[], of: (one: Told) => string | null) {
  const codes = [...new Set(told.map(of))].filter((code): code is string => code !== null);
  return codes.map((code) => ({ code, ...span(told.filter((one) => of(one) === code)) }));
}

function span(told: Told[]) {
  return { facts: told.length, first_at: told.at(-1)?.fact.at ?? '', last_at: told[0]?.fact.at ?? '' };
}

const PAGE = 20;

/** Seen with the first fact, registered with it where that is of a file; who did something was interested. */
function arrivalOf(all: Told[]) {
  const seen = all.at(-1)?.fact.at ?? null;
  const met = all.filter((one) => one.touchPoint !== null).at(-1);
  const isTold = all.some((one) => one.touchPoint === null);
  const since = { suspected: seen, potential: seen, registered: isTold ? seen : null };
  return {
    steps: Object.entries(since).map(([step, at]) => ({ step, since: at })),
    touch_point: met?.touchPoint ?? null,
    met_at: met?.fact.at ?? null,
    is_recognised: isTold && met !== undefined,
  };
}

function journeyOf(customer: MockCustomer, query: URLSearchParams) {
  const all = toldOf(customer);
  const [stage, channel, point] = ['stage', 'channel', 'touch_point'].map((name) => query.get(name));
  const came = all.filter((one) => (!channel || one.channel === channel) && (!point || one.touchPoint === point));
  const found = came.filter((one) => !stage || one.stage === stage);
  const offset = Number(query.get('cursor') ?? 0);
  return {
    items: found.slice(offset, offset + PAGE).map((one) => ({ fact: one.fact, stage: one.stage })),
    next_cursor: offset + PAGE < found.length ? String(offset + PAGE) : null,
    stages: STAGES.map((name) => {
      const { facts, first_at, last_at } = span(came.filter((one) => one.stage === name));
      return { stage: name, facts, first_at: first_at || null, last_at: last_at || null };
    }),
    channels: reached(all, (one) => one.channel),
    touch_points: reached(all, (one) => one.touchPoint),
    arrival: arrivalOf(all),
  };
}

function spendingOf(customer: MockCustomer) {
  const months = profileOf(customer).spending;
  const filled: typeof months = [];
  for (const one of months) {
    for (let last = filled.at(-1)?.month; last && nextMonth(last) < one.month; last = filled.at(-1)?.month)
      filled.push({ month: nextMonth(last), revenue: money(0), orders: 0 });
    filled.push(one);
  }
  const best = [...filled].sort((a, b) => b.revenue.minor - a.revenue.minor || b.month.localeCompare(a.month))[0];
  const hasFaded = best !== undefined && best.month < '2026-07';
  return {
    months: filled,
    last_complete_month: '2026-10',
    peak:
      best && best.revenue.minor > 0
        ? {
            month: best.month,
            revenue: best.revenue,
            half_life_date: hasFaded ? `${nextMonth(best.month)}-01` : null,
          }
        : null,
    before_fade: hasFaded ? timelineOf(customer, new URLSearchParams()).items.slice(0, 3) : [],
  };
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}

function behaviourOf(customer: MockCustomer) {
  const told = toldOf(customer).filter(({ fact }) => fact.kind === 'event');
  const cells =
    told.length === 0
      ? []
      : [
          { weekday: 'tuesday', slot: 'evening', weeks: 7, facts: 12 },
          { weekday: 'friday', slot: 'afternoon', weeks: 4, facts: 9 },
          { weekday: 'sunday', slot: 'morning', weeks: 1, facts: 1 },
        ];
  return {
    from: '2026-09-13',
    until: '2026-11-21',
    weeks: 10,
    cells,
    cycle: cells[0] ?? null,
    active_days: cells.length * 5,
    median_interval_days: cells.length > 0 ? 3 : null,
    touch_points: reached(told, (one) => one.touchPoint),
    community: reached(
      told.filter(({ stage }) => stage === 'interact'),
      (one) => one.fact.title,
    ),
  };
}

/** Every second customer has bought something and was written to. */
function consumptionOf(customer: MockCustomer) {
  const hasBought = customer.number % 2 === 1;
  const bought = (name: string, orders: number, quantity: number, minor: number) => ({
    name,
    orders,
    quantity_milli: quantity * 1000,
    amount: money(minor),
  });
  const opened = (topic: string, sent: number, opened: number, [low, high]: [number, number], interest: string) => ({
    topic,
    sent,
    opened,
    low,
    high,
    interest,
  });
  const time = { weekday: 'sunday', slot: 'evening', orders: 6 };
  return {
    as_of: '2026-11-21T03:00:00Z',
    orders: hasBought ? 14 : 0,
    amount: money(hasBought ? 312_000 : 0),
    orders_without_amount: 0,
    first_order: hasBought ? '2025-03-02' : null,
    last_order: hasBought ? '2026-11-15' : null,
    median_interval_days: hasBought ? 38 : null,
    products: hasBought
      ? [bought('春季礼盒', 9, 11, 180_000), bought('明前龙井', 8, 16, 102_000), bought('桂花乌龙', 2, 2, 30_000)]
      : [],
    products_count: hasBought ? 3 : 0,
    categories: hasBought ? [bought('礼盒', 9, 11, 180_000), bought('春茶', 8, 16, 102_000)] : [],
    categories_count: hasBought ? 2 : 0,
    preference: hasBought ? { category: '礼盒', percent: 64 } : null,
    main_wish: hasBought ? '送礼' : null,
    usual_time: hasBought ? time : null,
    times: hasBought ? [time] : [],
    after_sales: {
      refunds: hasBought ? 1 : 0,
      refunded: money(hasBought ? 9_900 : 0),
      tickets_open: hasBought ? 1 : 0,
      tickets_closed: hasBought ? 2 : 0,
    },
    complaints: { count: hasBought ? 2 : 0, last_at: hasBought ? '2026-10-03T06:20:00Z' : null },
    interests: hasBought
      ? [
          // As the server says of these counts.
          opened('recipes', 8, 8, [0.6756, 1], 'high'),
          opened('promotions', 12, 0, [0, 0.2425], 'low'),
          opened('new_products', 3, 2, [0.2077, 0.9385], 'unknown'),
        ]
      : [],
    sensitivity: hasBought ? { to: 'price', percent: 86 } : null,
  };
}

const TRADE = new Set(['order', 'refund', 'gift', 'cancelled', 'unpaid', 'adjustment']);
const SOCIAL = new Set(['Product Shared', 'Community Joined']);

function classOf({ kind, title }: TimelineEntry) {
  if (TRADE.has(kind)) return 'trade';
  return kind === 'event' && SOCIAL.has(title) ? 'social' : 'interaction';
}

function blockOf(name: string, told: Told[]) {
  const own = told.filter(({ fact }) => classOf(fact) === name);
  const nameOf = ({ fact }: Told) => (fact.kind === 'event' ? fact.title : null);
  const keys = [...new Set(own.map((one) => `${one.fact.kind}/${nameOf(one) ?? ''}`))];
  const rows = keys.map((key) => {
    const of = own.filter((one) => `${one.fact.kind}/${nameOf(one) ?? ''}` === key);
    const first = of[0] as Told;
    const sources = [...new Set(of.map(({ fact }) => (fact.import_id ? 'file' : fact.source)))].sort();
    return { kind: first.fact.kind, name: nameOf(first), facts: of.length, last_at: first.fact.at, sources };
  });
  rows.sort((a, b) => b.facts - a.facts);
  return { class: name, facts: own.length, last_at: own[0]?.fact.at ?? null, rows, rows_left_out: 0 };
}

function dataOf(customer: MockCustomer) {
  const told = toldOf(customer);
  return { blocks: ['trade', 'interaction', 'social'].map((name) => blockOf(name, told)) };
}

const POWER_WEIGHTS: [power: string, measure: string, weight: number, count: number][] = [
  ['spread', 'shares', 1, 12],
  ['spread', 'readers', 2, 85],
  ['spread', 'registrations', 10, 3],
  ['activity', 'events_joined', 1, 4],
];

/** Odd customers are those of the example; the others did nothing. */
function powersOf(customer: MockCustomer) {
  const times = customer.number % 2;
  const power = (name: string, score: number, among: number) => {
    const measures = POWER_WEIGHTS.filter(([of]) => of === name).map(([, measure, weight, count]) => ({
      measure,
      weight,
      count: count * times,
      points: weight * count * times,
    }));
    const points = measures.reduce((sum, one) => sum + one.points, 0);
    return { score: score * times, points, among, measures };
  };
  return {
    from: '2026-08-24',
    until: '2026-11-21',
    as_of: '2026-11-21T03:00:00Z',
    spread: power('spread', 97, 214),
    activity: power('activity', 75, 96),
  };
}

const stateOf = (name: string, value: unknown) => ({ name, value, at: '2026-11-18T12:30:00Z' });

function progressOf(customer: MockCustomer) {
  const products =
    customer.number % 2 === 0
      ? []
      : [
          {
            product: 'puzzle',
            state: [stateOf('attempt', 10), stateOf('level', 7), stateOf('chapter', 'forest')],
            active_days_7: 4,
            events_7: 31,
            spent: money(12_800),
            last_paid_at: '2026-11-12T03:00:00Z',
            is_paying: true,
          },
        ];
  return { customer: customer.row.id, as_of: '2026-11-21T03:00:00Z', products };
}

interface Person {
  nickname: string | null;
  depth: number;
  value: ReturnType<typeof money>;
  branch_value: ReturnType<typeof money>;
  brought: number;
  invited: Person[];
  invited_at: string | null;
}

function person(nickname: string | null, depth: number, minor: number, invited: Person[] = []): Person {
  return {
    nickname,
    depth,
    value: money(minor),
    branch_value: money(invited.reduce((sum, one) => sum + one.branch_value.minor, minor)),
    brought: invited.reduce((sum, one) => sum + one.brought + 1, 0),
    invited,
    invited_at: depth === 0 ? null : `2026-0${depth + 4}-11T04:00:00Z`,
  };
}

function relationsOf(customer: MockCustomer, depth: number) {
  if (customer.number % 2 === 0)
    return { tree: person(null, 0, customer.row.revenue.minor), invited_by: [], refused: [], is_cut: false };
  const grandchild = depth > 2 ? [person(null, 3, 4_200)] : [];
  const children = depth > 1 ? [person('Mina', 2, 25_800, grandchild), person(null, 2, 0)] : [];
  return {
    tree: person(null, 0, customer.row.revenue.minor, [person('Acheng', 1, 88_000, children), person(null, 1, 12_000)]),
    invited_by: [{ nickname: 'Old Tea', at: '2026-03-02T08:00:00Z' }],
    refused: [
      { is_own: true, nickname: null, reason: 'itself', at: '2026-04-02T08:00:00Z' },
      { is_own: false, nickname: 'Acheng', reason: 'cycle', at: '2026-05-02T08:00:00Z' },
    ],
    is_cut: depth < 3,
  };
}

const topicOf = (code: string, name: string, description: string, more: Partial<Topic> = {}): Topic => ({
  code,
  name,
  description,
  is_archived: false,
  version: 1,
  created_at: '2026-06-01T02:00:00Z',
  ...more,
});
const topics: Topic[] = [
  topicOf('new_teas', 'New teas', 'Once a month'),
  topicOf('recipes', 'Recipes', ''),
  topicOf('old_news', 'Old news', '', { is_archived: true, version: 2 }),
];
const picks = new Map<string, TopicPick[]>();

const preferencesOf = (id: string) => {
  const history = picks.get(id) ?? [];
  return { customer: id, picked: history[0] ?? null, history };
};

function putPreferences(call: Call, id: string): Reply {
  const now = iso(Date.now());
  const pick = { topics: (call.body as { topics: string[] }).topics, source: 'perennial', at: now, recorded_at: now };
  picks.set(id, [pick, ...(picks.get(id) ?? [])]);
  return { body: preferencesOf(id) };
}

function putTopic(call: Call, code: string): Reply {
  const body = call.body as Partial<Topic>;
  const found = topics.find((one) => one.code === code);
  const settings = {
    name: body.name ?? '',
    description: body.description ?? '',
    is_archived: body.is_archived ?? false,
  };
  const refused = refusedByVersion(call, found?.version);
  if (refused) return refused;
  if (!found) {
    topics.push(topicOf(code, settings.name, settings.description));
    return { body: topics.at(-1) };
  }
  Object.assign(found, settings, { version: found.version + 1 });
  return { body: found };
}

const rule = (kind: string, name: string, stage: string, is_own = false) => ({ kind, name, stage, is_own });
const DEFAULTS = [
  rule('customer_update', '', 'contact'),
  rule('event', '', 'learn'),
  ...EVENTS.filter(([name]) => name !== 'Product Viewed').map(([name, stage]) => rule('event', name, stage)),
  rule('order', '', 'buy'),
  rule('page', '', 'learn'),
  rule('refund', '', 'query'),
];
let stages: StageTable = { version: 1, rules: [...DEFAULTS, rule('event', 'Tea Tasted', 'interact', true)] };

function putStages(call: Call): Reply {
  if (call.headers['if-match'] !== `"${stages.version}"`) return problem(412, 'precondition_failed');
  const own = (call.body as { rules: { kind: string; name: string | null; stage: string }[] }).rules;
  const rules = own.map((one) => rule(one.kind, one.name ?? '', one.stage, true));
  const others = DEFAULTS.filter((one) => !rules.some((each) => each.kind === one.kind && each.name === one.name));
  stages = { version: stages.version + 1, rules: [...others, ...rules] };
  return { body: stages };
}

const scene = (name: string, entered: number, completed: number, rated: number, satisfied: number | null) => ({
  scene: name,
  entered,
  completed,
  drop_off_basis_points: entered === 0 ? null : Math.round((10_000 * (entered - completed)) / entered),
  rated,
  satisfaction_basis_points: satisfied,
  is_worst: name === 'returns',
});
const SCENES = [
  scene('choosing', 4_210, 3_120, 260, 8_730),
  scene('paying', 1_980, 1_720, 140, 9_210),
  scene('returns', 210, 120, 100, 6_100),
  scene('tasting', 35, 30, 0, null),
];

function scenesOf(call: Call) {
  const isEmpty = call.cookies.mock === 'empty' || call.query.get('from') === '2020-01-01';
  return { scenes: isEmpty ? [] : SCENES, sample_min: 30 };
}

/** About one customer, who is there. */
const of =
  (answer: (customer: MockCustomer, call: Call) => unknown): Route[2] =>
  (call, match) => {
    const found = findCustomer(survivorOf(match[1] ?? call.query.get('identifier') ?? ''));
    return found ? { body: answer(found, call) } : problem(404, 'not_found');
  };

export const JOURNEY_ROUTES: Route[] = [
  ['GET', /^\/customers\/([^/]+)\/journey$/, of((customer, call) => journeyOf(customer, call.query))],
  ['GET', /^\/customers\/([^/]+)\/spending$/, of(spendingOf)],
  ['GET', /^\/customers\/([^/]+)\/behaviour$/, of(behaviourOf)],
  ['GET', /^\/customers\/([^/]+)\/consumption$/, of(consumptionOf)],
  ['GET', /^\/customers\/([^/]+)\/data$/, of(dataOf)],
  ['GET', /^\/customers\/([^/]+)\/powers$/, of(powersOf)],
  ['GET', /^\/product-progress$/, of(progressOf)],
  [
    'GET',
    /^\/customers\/([^/]+)\/relations$/,
    of((customer, call) => relationsOf(customer, Number(call.query.get('depth') ?? 5))),
  ],
  ['GET', /^\/customers\/([^/]+)\/preferences$/, (_, match) => ({ body: preferencesOf(survivorOf(match[1] ?? '')) })],
  ['PUT', /^\/customers\/([^/]+)\/preferences$/, (call, match) => putPreferences(call, survivorOf(match[1] ?? ''))],
  ['GET', /^\/topics$/, (call) => ({ body: { items: call.cookies.mock === 'empty' ? [] : topics } })],
  ['PUT', /^\/topics\/([^/]+)$/, (call, match) => putTopic(call, match[1] ?? '')],
  ['GET', /^\/journey-stages$/, () => ({ body: stages })],
  ['PUT', /^\/journey-stages$/, putStages],
  ['GET', /^\/scenes$/, (call) => ({ body: scenesOf(call) })],
];
