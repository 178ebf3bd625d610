// Contents by layer, priorities of plans, and what was decided by them: of the same layers and people as everything else.
import type { MatrixSettings } from '../../src/matrices/api';
import type {
  CustomerContents,
  Matrix,
  MatrixContent,
  MatrixItem,
  PlanCandidate,
  PlanDecision,
  Priorities,
  PriorityEntry,
} from '../../src/matrices/types';
import { type Call, problem, type Reply, type Route, refusedByVersion } from './call.ts';
import { findCustomer } from './customers.ts';
import { iso, type MockCustomer } from './data.ts';
import { survivorOf } from './identity.ts';
import { namedLayer, stageIn } from './layers.ts';
import { notBuilt, pageOf } from './segments.ts';

const MADE_AT = '2026-11-03T02:00:00Z';

interface Kept extends MatrixSettings {
  code: string;
  layer: string;
  version: number;
  published: { contents: MatrixContent[]; version: number; at: string } | null;
  changed_at: string;
}

const content = (
  code: string,
  name: string,
  stages: string[],
  url: string | null = `https://shop.example/${code}`,
) => ({
  code,
  name,
  url,
  stages,
});

const teas: MatrixContent[] = [
  content('welcome', 'How to brew', ['life_new', 'life_seed', 'life_prospect']),
  content('spring', 'First teas of spring', ['life_super', 'life_angel', 'life_returning']),
  content('salon', 'Tea evening', ['life_super'], null),
  content('return', 'We miss you', ['life_dormant']),
  content('cups', 'Cups', []),
];

const matrices: Kept[] = [
  {
    code: 'teas',
    layer: 'life',
    name: 'Teas by life cycle',
    contents: teas,
    version: 3,
    published: { contents: teas.slice(0, 4), version: 2, at: '2026-11-12T03:10:00Z' },
    changed_at: '2026-11-19T06:00:00Z',
  },
];

/** As the layer is now. */
function lacks(contents: MatrixContent[], layer: string) {
  const stages = namedLayer(layer)?.stages.map(({ code }) => code) ?? [];
  const named = new Set(contents.flatMap((one) => one.stages));
  return {
    uncovered_stages: stages.filter((code) => !named.has(code)),
    unused_contents: contents
      .filter((one) => !one.stages.some((code) => stages.includes(code)))
      .map(({ code }) => code),
    gone_stages: [...named].filter((code) => !stages.includes(code)),
  };
}

function shown(matrix: Kept): Matrix {
  const layer = namedLayer(matrix.layer);
  const { published } = matrix;
  return {
    code: matrix.code,
    name: matrix.name,
    layer: layer ?? { code: matrix.layer, name: matrix.layer, archived: true, stages: [] },
    contents: matrix.contents,
    ...lacks(matrix.contents, matrix.layer),
    published: published && {
      version: published.version,
      contents: published.contents,
      uncovered_stages: lacks(published.contents, matrix.layer).uncovered_stages,
      published_by: 'Lin',
      published_at: published.at,
    },
    version: matrix.version,
    created_by: 'Lin',
    created_at: MADE_AT,
    changed_by: 'Lin',
    changed_at: matrix.changed_at,
  };
}

function listed(matrix: Kept): MatrixItem {
  const { layer, contents, uncovered_stages, unused_contents, version, published, changed_at } = shown(matrix);
  return {
    code: matrix.code,
    name: matrix.name,
    layer: layer.code,
    layer_name: layer.name,
    layer_archived: layer.archived,
    stages_count: layer.stages.length,
    contents_count: contents.length,
    uncovered_count: uncovered_stages.length,
    unused_count: unused_contents.length,
    version,
    published_version: published?.version ?? null,
    changed_at,
  };
}

const find = (code: string | undefined) => matrices.find((one) => one.code === code);
const answered = (matrix: Kept, status = 200): Reply => ({
  status,
  body: shown(matrix),
  headers: { ETag: `"${matrix.version}"` },
});
const refused = (pointer: string, detail: string) =>
  problem(422, 'invalid_request', { errors: [{ pointer, code: 'out_of_range', detail }] });

function create(call: Call): Reply {
  const { code, layer, name, contents } = call.body as MatrixSettings & { code: string; layer: string };
  if (find(code)) return problem(409, 'conflict');
  if (!namedLayer(layer)) return refused('/layer', 'the code of a layer that is not archived');
  const made: Kept = { code, layer, name, contents, version: 1, published: null, changed_at: iso(Date.now()) };
  matrices.push(made);
  return answered(made, 201);
}

function update(call: Call, matrix: Kept): Reply {
  const stale = refusedByVersion(call, matrix.version);
  if (stale) return stale;
  const { name, contents } = call.body as MatrixSettings;
  const stages = namedLayer(matrix.layer)?.stages.map(({ code }) => code) ?? [];
  for (const [place, one] of contents.entries())
    if (one.stages.some((code) => !stages.includes(code)))
      return refused(`/contents/${place}/stages/0`, 'the code of a stage of the layer, each once');
  Object.assign(matrix, { name, contents, version: matrix.version + 1, changed_at: iso(Date.now()) });
  return answered(matrix);
}

function publish(call: Call, matrix: Kept): Reply {
  const stale = refusedByVersion(call, matrix.version);
  if (stale) return stale;
  matrix.published = { contents: matrix.contents, version: matrix.version, at: iso(Date.now()) };
  return answered(matrix);
}

function remove(call: Call, matrix: Kept): Reply {
  const stale = refusedByVersion(call, matrix.version);
  if (stale) return stale;
  matrices.splice(matrices.indexOf(matrix), 1);
  return { status: 204 };
}

function contentsOf(call: Call, customer: MockCustomer): Reply {
  const matrix = find(call.query.get('matrix') ?? undefined);
  if (!matrix) return problem(404, 'not_found');
  if (!matrix.published) return problem(409, 'conflict');
  const layer = namedLayer(matrix.layer);
  const stage = stageIn(matrix.layer, customer);
  const found = matrix.published.contents.filter((one) => stage && one.stages.includes(stage.code));
  const why = stage ? (found.length > 0 ? 'allowed' : 'uncovered') : 'no_stage';
  const body: CustomerContents = {
    stage,
    showing: layer?.archived ? 'layer_archived' : why,
    contents: found.map(({ code, name, url }) => ({ code, name, url })),
    published_version: matrix.published.version,
    as_of: iso(Date.now()),
  };
  return { body };
}

type Entry = Pick<PriorityEntry, 'layer' | 'stage' | 'plan'>;
const entry = (layer: string, stage: string, plan: string): Entry => ({ layer, stage, plan });

const priorities = {
  version: 2,
  changed_by: 'Lin',
  changed_at: '2026-11-18T08:00:00Z',
  entries: [
    entry('life', 'life_super', 'Personal adviser'),
    entry('life', 'life_dormant', 'Come back'),
    entry('habits', 'habit_regular', 'Early access'),
    entry('habits', 'habit_once', 'Second order'),
  ],
};

const namesOf = ({ layer, stage }: Entry) => {
  const known = namedLayer(layer);
  const found = known?.stages.find(({ code }) => code === stage);
  return known && found && !known.archived ? { layer_name: known.name, stage_name: found.name } : null;
};

function table(): Priorities {
  const named = (one: Entry) => ({ ...one, ...(namesOf(one) ?? { layer_name: null, stage_name: null }) });
  return { ...priorities, entries: priorities.entries.map(named) };
}

function putTable(call: Call): Reply {
  const stale = refusedByVersion(call, priorities.version);
  if (stale) return stale;
  const { entries } = call.body as { entries: Entry[] };
  const gone = entries.findIndex((one) => !namesOf(one));
  if (gone >= 0) return refused(`/entries/${gone}/stage`, 'the code of a stage of the layer, which is not archived');
  Object.assign(priorities, { entries, version: priorities.version + 1, changed_at: iso(Date.now()) });
  return { body: table(), headers: { ETag: `"${priorities.version}"` } };
}

const candidate = (layer: string, stage: string, plan: string): PlanCandidate => ({
  layer: layer.toLowerCase(),
  layer_name: layer,
  stage: stage.toLowerCase().replaceAll(' ', '_'),
  stage_name: stage,
  plan,
});

/** By customer, the newest first. Somebody was in a group of each of four dimensions. */
const decisions = new Map<string, PlanDecision[]>([
  [
    'cus_000005',
    [
      {
        id: 'pld_0001',
        chosen: candidate('Life cycle', 'Dormant', 'Come back'),
        agreeing: [],
        suppressed: [
          candidate('Value', 'High', 'Personal adviser'),
          candidate('Attribute', 'Students', 'Student offer'),
          candidate('Preference', 'Green tea', 'Green tea club'),
        ],
        priorities_version: 1,
        at: '2026-11-10T01:30:00Z',
        as_of: '2026-11-10T01:30:00Z',
        decided_by: 'Lin',
      },
    ],
  ],
]);

function decide(call: Call, customer: MockCustomer): Reply {
  const busy = notBuilt(call);
  if (busy) return busy;
  if (call.cookies.mock === 'empty') return problem(409, 'conflict');
  const found = priorities.entries.flatMap((one) => {
    const names = namesOf(one);
    return names && stageIn(one.layer, customer)?.code === one.stage ? [{ ...one, ...names }] : [];
  });
  const [chosen = null, ...others] = found;
  const all = decisions.get(customer.row.id) ?? [];
  const made: PlanDecision = {
    id: `pld_${1000 + all.length}`,
    chosen,
    agreeing: others.filter(({ plan }) => plan === chosen?.plan),
    suppressed: others.filter(({ plan }) => plan !== chosen?.plan),
    priorities_version: priorities.version,
    at: iso(Date.now()),
    as_of: iso(Date.now()),
    decided_by: '林晓岚',
  };
  decisions.set(customer.row.id, [made, ...all]);
  return { status: 201, body: made };
}

const ofMatrix = (answer: (call: Call, matrix: Kept) => Reply) => (call: Call, match: RegExpMatchArray) => {
  const matrix = find(match[1]);
  return matrix ? answer(call, matrix) : problem(404, 'not_found');
};
const ofCustomer = (answer: (call: Call, customer: MockCustomer) => Reply) => (call: Call, match: RegExpMatchArray) => {
  const customer = findCustomer(survivorOf(match[1] ?? ''));
  return customer ? answer(call, customer) : problem(404, 'not_found');
};
const isEmpty = (call: Call) => call.cookies.mock === 'empty';

export const MATRIX_ROUTES: Route[] = [
  ['GET', /^\/matrices$/, (call) => ({ body: { items: isEmpty(call) ? [] : matrices.map(listed) } })],
  ['POST', /^\/matrices$/, create],
  ['GET', /^\/matrices\/([^/]+)$/, ofMatrix((_, matrix) => answered(matrix))],
  ['PUT', /^\/matrices\/([^/]+)$/, ofMatrix(update)],
  ['DELETE', /^\/matrices\/([^/]+)$/, ofMatrix(remove)],
  ['POST', /^\/matrices\/([^/]+)\/publish$/, ofMatrix(publish)],
  [
    'GET',
    /^\/plan-priorities$/,
    (call) => ({
      body: isEmpty(call) ? { entries: [], version: 0, changed_by: null, changed_at: null } : table(),
      headers: { ETag: `"${isEmpty(call) ? 0 : priorities.version}"` },
    }),
  ],
  ['PUT', /^\/plan-priorities$/, putTable],
  [
    'GET',
    /^\/customers\/([^/]+)\/contents$/,
    ofCustomer((call, customer) => notBuilt(call) ?? contentsOf(call, customer)),
  ],
  [
    'GET',
    /^\/customers\/([^/]+)\/plan-decisions$/,
    ofCustomer((call, { row: { id } }) => ({
      body: pageOf(isEmpty(call) ? [] : (decisions.get(id) ?? []), (name) => call.query.get(name)),
    })),
  ],
  ['POST', /^\/customers\/([^/]+)\/plan-decisions$/, ofCustomer(decide)],
];
