import type {
  Conversion,
  CustomerScores,
  Layer,
  LayerItem,
  LayerSettings,
  LayerTemplate,
  Movement,
  MovementCell,
} from '../../src/layers/types';
import { type Call, problem, type Reply, type Route, refusedByVersion } from './call.ts';
import { findCustomer } from './customers.ts';
import { customers, iso, type MockCustomer } from './data.ts';
import { survivorOf } from './identity.ts';
import { peopleOf, problemsOf } from './rules.ts';
import { find, keepStage, notBuilt, peoplePage, ruleOf } from './segments.ts';

// Layers whose stages are segments: counts, members and movement are of the same people.

interface Kept extends Omit<Layer, 'name' | 'description' | 'base' | 'stages' | 'version'>, LayerSettings {
  version: number;
}

const layers: Kept[] = [];

/** Within the base, without whoever an earlier stage has, as short as the server says it. */
function effective({ base, stages }: LayerSettings, place: number): string {
  const own = stages[place]?.text ?? 'nobody';
  const said = [base?.text ?? 'everybody', own].filter((text) => text !== 'everybody');
  const parts = [
    ...said.map((text) => (/\sor\s/.test(text) ? `(${text})` : text)),
    ...stages.slice(0, place).map(({ code }) => `not in segment ${code}`),
  ];
  return parts.length === 0 ? 'everybody' : parts.join(' and ');
}

function keep(layer: Kept) {
  for (const [place, { code, name }] of layer.stages.entries())
    keepStage(code, name, effective(layer, place), layer.created_at);
}

const shown = (layer: Kept): Layer => ({
  ...layer,
  base: layer.base && { text: layer.base.text, rule: ruleOf(layer.base.text) },
  stages: layer.stages.map((stage, place) => ({
    ...stage,
    rule: ruleOf(stage.text),
    effective_text: effective(layer, place),
  })),
});
const listed = ({ code, version, name, description, stages, changed_at, archived_at }: Kept): LayerItem => ({
  code,
  version,
  name,
  description,
  stages: stages.map((stage) => ({ code: stage.code, name: stage.name })),
  changed_at,
  archived_at,
});

function made(code: string, settings: LayerSettings, at: string): Kept {
  const layer: Kept = {
    code,
    ...settings,
    version: 1,
    created_by: 'Lin',
    created_at: at,
    changed_by: 'Lin',
    changed_at: at,
    archived_at: null,
  };
  layers.push(layer);
  keep(layer);
  return layer;
}

made(
  'habits',
  {
    name: 'Habits',
    description: 'How often somebody buys',
    base: { text: 'did orders' },
    stages: [
      { code: 'habit_regular', name: 'Regular', text: 'count of orders >= 5' },
      { code: 'habit_returning', name: 'Returning', text: 'count of orders >= 2' },
      { code: 'habit_once', name: 'Once', text: 'everybody' },
    ],
  },
  '2026-08-11T02:00:00Z',
);

made(
  'life',
  {
    name: 'Life cycle',
    description: 'Where somebody stands with us',
    base: null,
    stages: [
      { code: 'life_super', name: 'Super user', text: 'count of orders in last 365 days >= 6' },
      { code: 'life_angel', name: 'Angel user', text: 'count of orders in last 120 days >= 2' },
      { code: 'life_new', name: 'New', text: 'did orders in last 60 days' },
      { code: 'life_returning', name: 'Returning', text: 'count of orders in last 365 days >= 3' },
      { code: 'life_dormant', name: 'Dormant', text: 'did orders in last 365 days' },
      { code: 'life_churned', name: 'Churned', text: 'did orders' },
      { code: 'life_seed', name: 'Seed user', text: 'count of event "Content Read" in last 90 days >= 3' },
      { code: 'life_prospect', name: 'Prospect', text: 'everybody' },
    ],
  },
  '2026-08-11T02:00:00Z',
);

interface Written {
  code: string;
  zh: [name: string, description: string];
  en: [name: string, description: string];
  base: string | null;
  parameters: { code: string; zh: string; en: string; kind: string; values: string[] }[];
  /** `{days}` is a parameter; `{value}` one of the values of `each`. */
  stages: { code: string; zh: string; en: string; text: string; each?: string }[];
  lacks: LayerTemplate['lacks'];
}

const TEMPLATES: Written[] = [
  {
    code: 'lifecycle',
    zh: ['生命周期', '从新用户到超级用户，以及沉睡；先符合者为准'],
    en: ['Lifecycle', 'From new to super users, with the dormant; the first that fits holds'],
    base: 'did orders',
    parameters: [
      {
        code: 'dormant_days',
        zh: '多少天没有动静算沉睡',
        en: 'Days without anything: dormant',
        kind: 'number',
        values: ['60'],
      },
      { code: 'super_orders', zh: '多少单算超级用户', en: 'Orders: super user', kind: 'number', values: ['6'] },
    ],
    stages: [
      { code: 'cycle_dormant', zh: '沉睡用户', en: 'Dormant', text: 'never anything in last {dormant_days} days' },
      { code: 'cycle_super', zh: '超级用户', en: 'Super user', text: 'count of orders >= {super_orders}' },
      { code: 'cycle_new', zh: '新用户', en: 'New', text: 'everybody' },
    ],
    lacks: [],
  },
  {
    code: 'city',
    zh: ['同城', '按城市分层，客户换城市时随之移动'],
    en: ['City', 'By city; who moves, moves'],
    base: null,
    parameters: [{ code: 'cities', zh: '城市', en: 'Cities', kind: 'texts', values: ['杭州', '上海', '成都'] }],
    stages: [
      { code: 'city_', zh: '{value}', en: '{value}', text: 'city is "{value}"', each: 'cities' },
      { code: 'city_other', zh: '其他城市', en: 'Other cities', text: 'everybody' },
    ],
    lacks: [],
  },
  {
    code: 'decision',
    zh: ['决策类型', '价格敏感、KOL 影响；判断不了的算未知'],
    en: ['Decision type', 'Price or a KOL decides; who cannot be told is unknown'],
    base: 'did orders',
    parameters: [],
    stages: [
      {
        code: 'decision_price',
        zh: '价格敏感',
        en: 'Price',
        text: 'share of count [coupon exists] among orders >= 70%',
      },
      { code: 'decision_kol', zh: 'KOL 影响', en: 'KOL', text: 'did orders[kol_code exists]' },
      { code: 'decision_unknown', zh: '未知', en: 'Unknown', text: 'everybody' },
    ],
    lacks: [{ stage: 'decision_kol', message: 'orders have no property `kol_code`' }],
  },
];

function filled(one: Written, language: string, told: Record<string, string[]> = {}): LayerTemplate {
  const is = language === 'en' ? 'en' : 'zh';
  const parameters = one.parameters.map(({ code, kind, values, ...names }) => ({
    code,
    name: names[is],
    kind,
    values: told[code] ?? values,
  }));
  const put = (text: string) =>
    parameters.reduce((all, { code, values }) => all.replaceAll(`{${code}}`, values.join(', ')), text);
  return {
    code: one.code,
    name: one[is][0],
    description: one[is][1],
    base: one.base,
    parameters,
    stages: one.stages.flatMap(({ code, each, text, ...names }) =>
      each === undefined
        ? [{ code, name: names[is], text: put(text) }]
        : (parameters.find((parameter) => parameter.code === each)?.values ?? []).map((value, place) => ({
            code: `${code}${place + 1}`,
            name: names[is].replace('{value}', value),
            text: put(text.replace('{value}', value)),
          })),
    ),
    lacks: one.lacks,
  };
}

/** As the server: of a figure one value, which is a figure. */
function fill(call: Call, code: string | undefined): Reply {
  const one = TEMPLATES.find((template) => template.code === code);
  if (!one) return problem(404, 'not_found');
  const { language = 'en', parameters = {} } = call.body as {
    language?: string;
    parameters?: Record<string, string[]>;
  };
  const wrong = one.parameters.filter(
    ({ code: of, kind }) => kind === 'number' && parameters[of] && !/^\d{1,9}$/.test(parameters[of].join(',')),
  );
  if (wrong.length > 0)
    return problem(422, 'invalid_request', {
      errors: wrong.map((parameter) => ({
        pointer: `/parameters/${parameter.code}`,
        code: 'out_of_range',
        detail: 'one whole number of up to 9 digits',
      })),
    });
  return { body: filled(one, language, parameters) };
}

const findLayer = (code: string | undefined) => layers.find((one) => one.code === code);
const answered = (layer: Kept, status = 200): Reply => ({
  status,
  body: shown(layer),
  headers: { ETag: `"${layer.version}"` },
});

/** What a rule of the request is refused with, at its place. */
function refused({ base, stages }: LayerSettings): Reply | null {
  const wrong = [
    ...(base ? [{ pointer: '/base/text', text: base.text }] : []),
    ...stages.map(({ text }, place) => ({ pointer: `/stages/${place}/text`, text })),
  ].flatMap(({ pointer, text }) =>
    problemsOf(text).map(({ message }) => ({ pointer, code: 'invalid_rule', detail: message })),
  );
  return wrong.length === 0 ? null : problem(422, 'invalid_request', { errors: wrong });
}

function create(call: Call): Reply {
  const { code, ...settings } = call.body as LayerSettings & { code: string };
  if (findLayer(code)) return problem(409, 'conflict');
  return refused(settings) ?? answered(made(code, settings, iso(Date.now())), 201);
}

function update(call: Call, code: string | undefined): Reply {
  const layer = findLayer(code);
  if (!layer) return problem(404, 'not_found');
  const stale = refusedByVersion(call, layer.version);
  if (stale) return stale;
  const settings = call.body as LayerSettings;
  const wrong = refused(settings);
  if (wrong) return wrong;
  Object.assign(layer, settings, { version: layer.version + 1, changed_by: 'Lin', changed_at: iso(Date.now()) });
  keep(layer);
  return answered(layer);
}

function counts(layer: Kept): Reply {
  const stages = layer.stages.map(({ code, name }, place) => ({
    code,
    name,
    count: peopleOf(effective(layer, place)).length,
  }));
  const inside = stages.reduce((sum, { count }) => sum + count, 0);
  return {
    body: { stages, outside: customers.length - inside, everybody: customers.length, as_of: iso(Date.now()) },
  };
}

/** Every ninth has come from the stage before, and every thirtieth from nowhere. */
function cellsOf(layer: Kept): { cell: Pick<MovementCell, 'from' | 'to'>; people: MockCustomer[] }[] {
  const cells = new Map<string, { cell: Pick<MovementCell, 'from' | 'to'>; people: MockCustomer[] }>();
  for (const [place, { code }] of layer.stages.entries())
    for (const one of peopleOf(effective(layer, place))) {
      const before = one.number % 9 === 0 ? (layer.stages[place + 1]?.code ?? code) : code;
      const cell = { from: one.number % 30 === 0 ? null : before, to: code };
      const key = `${cell.from} ${cell.to}`;
      const found = cells.get(key) ?? { cell, people: [] };
      found.people.push(one);
      cells.set(key, found);
    }
  return [...cells.values()];
}

function movement(layer: Kept, call: Call): Reply {
  const at = (day: string | null) => (day ? `${day}T00:00:00+08:00` : null);
  const [from, to] = [at(call.query.get('from')), at(call.query.get('to'))];
  if (from === null)
    return problem(422, 'invalid_request', { errors: [{ pointer: 'from', code: 'required', detail: '' }] });
  if (from < layer.created_at) return problem(409, 'conflict', { detail: 'who was in it then is not known' });
  const body: Movement = {
    stages: layer.stages.map(({ code }) => code),
    cells: cellsOf(layer).map(({ cell, people }) => ({ ...cell, count: people.length })),
    from_at: iso(Date.parse(from)),
    to_at: iso(to ? Date.parse(to) : Date.now()),
  };
  return { body };
}

function moved(call: Call, layer: Kept): Reply {
  const [from, to] = [call.query.get('from_stage'), call.query.get('to_stage')];
  const found = cellsOf(layer).find(({ cell }) => cell.from === from && cell.to === to);
  return peoplePage(found?.people ?? [], (name) => call.query.get(name));
}

/** One that others stand on stays. */
const STOOD_ON = 'life';

function setArchived(layer: Kept, isArchived: boolean): Reply {
  if (isArchived && layer.code === STOOD_ON)
    return problem(409, 'conflict', { detail: 'other segments stand on its stages: sleeping_stars' });
  layer.archived_at = isArchived ? iso(Date.now()) : null;
  for (const { code } of layer.stages) {
    const segment = find(code);
    if (segment) segment.archived_at = layer.archived_at;
  }
  return answered(layer);
}

const FACTORS = ['friend', 'content', 'promotion', 'community'];
const DEEDS: [string, number][] = [
  ['interactions', 1],
  ['shares', 3],
  ['referrals', 10],
  ['participations', 2],
];

/** Who has been seen by touch-points has scores that are more than zeros, and orders that something touched. */
function scores(id: string | undefined): Reply {
  const customer = findCustomer(survivorOf(id ?? ''));
  if (!customer) return problem(404, 'not_found');
  const isMet = customer.number % 2 === 1;
  const told = customer.orders.map((order, index) => ({ ...order, key: `fact_${customer.number}_${index}` }));
  const orders = isMet ? told.filter(({ refund }) => !refund).toReversed() : [];
  const all: Conversion[] = orders.map(({ key, at }, place) => ({
    order: key,
    at: iso(at),
    touches_count: 2,
    touches: [
      { factor: 'content', key: `fact_${customer.number}_e${1 + place * 5}`, at: iso(at - 3 * 86_400_000) },
      { factor: 'promotion', key, at: iso(at) },
    ],
  }));
  const parts = DEEDS.map(([deed, weight], place) => ({
    deed,
    weight,
    count: isMet ? ([17, 4, 1, 2][place] ?? 0) : 0,
  }));
  const body: CustomerScores = {
    as_of: iso(Date.now() - 7_200_000),
    activity: { score: parts.reduce((sum, { count, weight }) => sum + count * weight, 0), parts },
    activity_power: isMet ? 75 : 0,
    spread_power: isMet ? 80 : 0,
    first_touch_point: isMet ? 'store' : null,
    main_touch_point: isMet ? 'mini_program' : null,
    decision: all.length === 0 ? [] : FACTORS.map((factor, place) => ({ factor, percent: [0, 50, 50, 0][place] ?? 0 })),
    conversions: all.slice(0, 100),
    conversions_count: all.length,
  };
  return { body };
}

const SILENT = 'silent_buyers';
const DAY_MS = 86_400_000;
/** Comes and goes day after day. */
const RESTLESS = 'cus_000009';
const RESTLESS_DAYS = 230;

/** Into the stage of habits a month ago, and before that silent for a while; where somebody stands otherwise was so from the first. */
function movesOf(id: string | undefined): Reply {
  const customer = findCustomer(survivorOf(id ?? ''));
  if (!customer) return problem(404, 'not_found');
  const habits = findLayer('habits');
  const stage = habits?.stages.find((_, place) => peopleOf(effective(habits, place)).includes(customer));
  const move = (segment: string, days: number, has_entered: boolean, cause: string, version: number) => ({
    at: iso(Date.now() - days * DAY_MS),
    segment,
    has_entered,
    cause,
    fact: null,
    version,
  });
  const before =
    customer.row.id === RESTLESS
      ? Array.from({ length: RESTLESS_DAYS }, (_, day) => move(SILENT, 31 + day, day % 2 === 0, 'found', 3))
      : [move(SILENT, 31, false, 'fact', 3), move(SILENT, 91, true, 'time', 2)];
  return { body: { items: stage ? [move(stage.code, 30, true, 'fact', 1), ...before] : [] } };
}

/** A layer by the names of its stages, for whoever speaks of them. */
export function namedLayer(code: string) {
  const layer = findLayer(code);
  return (
    layer && {
      code,
      name: layer.name,
      archived: layer.archived_at !== null,
      stages: layer.stages.map((stage) => ({ code: stage.code, name: stage.name })),
    }
  );
}

/** Where somebody is in a layer now. */
export function stageIn(code: string, customer: MockCustomer) {
  const layer = findLayer(code);
  if (!layer || layer.archived_at !== null) return null;
  const stage = layer.stages.find((_, place) => peopleOf(effective(layer, place)).includes(customer));
  return stage ? { code: stage.code, name: stage.name } : null;
}

const of = (answer: (layer: Kept, call: Call) => Reply) => (call: Call, match: RegExpMatchArray) => {
  const layer = findLayer(match[1]);
  return layer ? answer(layer, call) : problem(404, 'not_found');
};

export const LAYER_ROUTES: Route[] = [
  [
    'GET',
    /^\/layers$/,
    (call) => {
      const archived = call.query.get('archived');
      const all = call.cookies.mock === 'empty' ? [] : layers;
      return {
        body: {
          items: all
            .filter(({ archived_at }) => archived === null || String(archived_at !== null) === archived)
            .map(listed),
        },
      };
    },
  ],
  ['POST', /^\/layers$/, create],
  ['GET', /^\/layers\/([^/]+)$/, of((layer) => answered(layer))],
  ['PUT', /^\/layers\/([^/]+)$/, (call, match) => update(call, match[1])],
  ['POST', /^\/layers\/([^/]+)\/archive$/, of((layer) => setArchived(layer, true))],
  ['POST', /^\/layers\/([^/]+)\/restore$/, of((layer) => setArchived(layer, false))],
  ['GET', /^\/layers\/([^/]+)\/counts$/, of((layer, call) => notBuilt(call) ?? counts(layer))],
  ['GET', /^\/layers\/([^/]+)\/movement$/, of((layer, call) => notBuilt(call) ?? movement(layer, call))],
  ['GET', /^\/layers\/([^/]+)\/movement\/people$/, of((layer, call) => moved(call, layer))],
  [
    'GET',
    /^\/layer-templates$/,
    (call) => {
      const language = call.query.get('language') ?? 'en';
      return { body: { items: TEMPLATES.map((one) => filled(one, language)) } };
    },
  ],
  ['POST', /^\/layer-templates\/([^/]+)$/, (call, match) => fill(call, match[1])],
  ['GET', /^\/customers\/([^/]+)\/scores$/, (_, match) => scores(match[1])],
  ['GET', /^\/customers\/([^/]+)\/segment-moves$/, (_, match) => movesOf(match[1])],
];
