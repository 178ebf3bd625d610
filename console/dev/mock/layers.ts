import type { Layer, LayerSettings, LayerTemplate, Movement, MovementCell } from '../../src/layers/types';
import { type Call, problem, type Reply, type Route, refusedByVersion } from './call.ts';
import { customers, iso, type MockCustomer } from './data.ts';
import { peopleOf, problemsOf } from './rules.ts';
import { find, keepStage, notBuilt, peoplePage } from './segments.ts';

// Layers whose stages are segments: counts, members and movement are of the same people.

interface Kept extends Omit<Layer, 'name' | 'description' | 'base' | 'stages' | 'version'>, LayerSettings {
  version: number;
}

const layers: Kept[] = [];

/** Within the base, without whoever an earlier stage has. */
function effective({ base, stages }: LayerSettings, place: number): string {
  const parts = [
    `(${stages[place]?.text ?? 'nobody'})`,
    ...stages.slice(0, place).map(({ code }) => `not in segment ${code}`),
  ];
  return [...(base ? [`(${base.text})`] : []), ...parts].join(' and ');
}

function keep(layer: Kept) {
  for (const [place, { code, name }] of layer.stages.entries()) keepStage(code, name, effective(layer, place));
}

const shown = (layer: Kept): Layer => ({
  ...layer,
  stages: layer.stages.map((stage, place) => ({ ...stage, effective_text: effective(layer, place) })),
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

function template(language: string, days: string): LayerTemplate {
  const say = (zh: string, en: string) => (language === 'en' ? en : zh);
  return {
    code: 'lifecycle',
    name: say('生命周期', 'Lifecycle'),
    description: say('从新客到沉睡', 'From new to dormant'),
    base: 'did orders',
    parameters: [
      {
        code: 'dormant_days',
        name: say('多少天没有动静算沉睡', 'Days without anything: dormant'),
        kind: 'number',
        values: [days],
      },
    ],
    stages: [
      { code: 'life_dormant', name: say('沉睡', 'Dormant'), text: `never anything in last ${days} days` },
      { code: 'life_active', name: say('活跃', 'Active'), text: 'everybody' },
    ],
    lacks: [],
  };
}

const LACKING = (language: string): LayerTemplate => ({
  ...template(language, '60'),
  code: 'stages_of_purchase',
  name: language === 'en' ? 'Decision' : '决策阶段',
  parameters: [],
  lacks: [{ stage: 'life_active', message: 'orders have no property `kol_code`' }],
});

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

function movement(layer: Kept): Reply {
  const body: Movement = {
    stages: layer.stages.map(({ code }) => code),
    cells: cellsOf(layer).map(({ cell, people }) => ({ ...cell, count: people.length })),
    from_at: iso(Date.now() - 28 * 86_400_000),
    to_at: iso(Date.now()),
  };
  return { body };
}

function moved(call: Call, layer: Kept): Reply {
  const [from, to] = [call.query.get('from_stage'), call.query.get('to_stage')];
  const found = cellsOf(layer).find(({ cell }) => cell.from === from && cell.to === to);
  return peoplePage(found?.people ?? [], (name) => call.query.get(name));
}

function setArchived(layer: Kept, isArchived: boolean): Reply {
  layer.archived_at = isArchived ? iso(Date.now()) : null;
  for (const { code } of layer.stages) {
    const segment = find(code);
    if (segment) segment.archived_at = layer.archived_at;
  }
  return answered(layer);
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
            .map(shown),
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
  ['GET', /^\/layers\/([^/]+)\/movement$/, of((layer) => movement(layer))],
  ['GET', /^\/layers\/([^/]+)\/movement\/people$/, of((layer, call) => moved(call, layer))],
  [
    'GET',
    /^\/layer-templates$/,
    (call) => {
      const language = call.query.get('language') ?? 'en';
      return { body: { items: [template(language, '60'), LACKING(language)] } };
    },
  ],
  [
    'POST',
    /^\/layer-templates\/([^/]+)$/,
    (call) => {
      const { language = 'en', parameters } = call.body as {
        language?: string;
        parameters: Record<string, string[]>;
      };
      return { body: template(language, parameters.dormant_days?.[0] ?? '60') };
    },
  ],
];
