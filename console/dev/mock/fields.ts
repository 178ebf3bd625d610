import type { FieldItem, FieldSettings, FieldSources, ProfileField } from '../../src/fields/registry/types';
import { type Call, problem, type Reply, type Route } from './call.ts';
import { customers, iso } from './data.ts';
import { hasTag } from './tags.ts';

type Preset = [name: string, zh: string, en: string, klass: string, type: string, weight: number];

/** Some of those that the real server begins with. */
const PRESETS: Preset[] = [
  ['deal_factor', '成交因素', 'Deal factor', 'decision', 'choices', 90],
  ['value_point', '价值满足点', 'Value-satisfaction point', 'usage', 'text', 85],
  ['traffic_source', '流量来源', 'Traffic source', 'behaviour', 'text', 80],
  ['buying_scene', '购买场景', 'Buying scene', 'consumption', 'text', 75],
  ['usage_scene', '使用场景', 'Usage scene', 'usage', 'text', 70],
  ['usage_purpose', '使用目的', 'Usage purpose', 'usage', 'text', 60],
  ['usage_rating', '使用评分', 'Usage rating', 'usage', 'integer', 50],
  ['birthday', '生日', 'Birthday', 'identity', 'date', 45],
  ['city', '城市', 'City', 'identity', 'text', 40],
  ['age', '年龄', 'Age', 'identity', 'integer', 20],
  ['churn_reason', '流失原因', 'Reason of churn', 'decision', 'choices', 0],
];
const KEY_INDICATORS = PRESETS.slice(0, 5).map(([name]) => name);
const PERSONAL = new Set(['birthday', 'city', 'age']);

function fieldOf(
  [name, name_zh, name_en, klass, type, weight]: Preset,
  more: Partial<ProfileField> = {},
): ProfileField {
  return {
    name,
    name_zh,
    name_en,
    class: klass,
    type,
    weight,
    allowed: [],
    personal: PERSONAL.has(name),
    preset: true,
    archived_at: null,
    version: 1,
    ...more,
  };
}

const NONE = { refused: 0, by_source: [], last_at: null };
const items: FieldItem[] = [
  ...PRESETS.map((preset) => fieldOf(preset)),
  fieldOf(['tea_type', '爱喝的茶', 'Favourite tea', 'usage', 'choice', 30], {
    allowed: ['green', 'oolong', 'black'],
    preset: false,
  }),
  fieldOf(['old_field', '旧字段', 'Old field', 'other', 'text', 0], {
    preset: false,
    archived_at: '2026-09-01T02:00:00Z',
  }),
].map((field) => ({ field, refusals: NONE }));
const age = items.find(({ field }) => field.name === 'age');
if (age)
  age.refusals = {
    refused: 14,
    by_source: [
      { source: 'src_0001', refused: 2 },
      { source: 'file', refused: 12 },
    ],
    last_at: '2026-11-19T12:30:00Z',
  };

let sources: FieldSources = {
  order: ['self_stated', 'authorised', 'staff', 'imported', 'observed', 'other'],
  sources: [
    { source: 'file', origin: 'imported' },
    { source: 'perennial', origin: 'staff' },
    { source: 'src_0001', origin: 'self_stated' },
  ],
  version: 0,
};

const find = (name: string | undefined) => items.find(({ field }) => field.name === name);
const isStale = (call: Call, version: number) => call.headers['if-match'] !== `"${version}"`;

function create(call: Call): Reply {
  const body = call.body as FieldSettings & { name: string };
  if (find(body.name)) return problem(409, 'conflict', { detail: 'the name is taken' });
  const field: ProfileField = { ...body, preset: false, archived_at: null, version: 1 };
  items.push({ field, refusals: NONE });
  return { status: 201, body: field };
}

function change(call: Call, name: string | undefined): Reply {
  const found = find(name)?.field;
  if (!found) return problem(404, 'not_found');
  if (isStale(call, found.version)) return problem(412, 'precondition_failed');
  const { archived, ...settings } = call.body as FieldSettings;
  Object.assign(found, settings, {
    archived_at: archived ? (found.archived_at ?? iso(Date.now())) : null,
    version: found.version + 1,
  });
  return { body: found };
}

function coverage(call: Call) {
  const tag = call.query.get('tag');
  const tagged = tag ? customers.filter(({ row }) => hasTag(row.id, tag)) : null;
  const share = (count: number, all: number) => (all === 0 ? null : count / all);
  const fields = KEY_INDICATORS.map((name) => {
    const known = customers.filter(({ traits }) => traits[name] !== undefined);
    const own = tagged && known.filter((one) => tagged.includes(one)).length;
    return {
      field: headOf(name),
      customers: known.length,
      share: share(known.length, customers.length),
      tagged: own,
      tagged_share: own === null || tagged === null ? null : share(own, tagged.length),
    };
  });
  return { customers: customers.length, tagged: tagged?.length ?? null, fields, ask_next: headOf('deal_factor') };
}

function headOf(name: string) {
  const field = find(name)?.field;
  return { name, name_zh: field?.name_zh ?? name, name_en: field?.name_en ?? name, class: field?.class ?? 'other' };
}

export const FIELD_ROUTES: Route[] = [
  ['GET', /^\/fields$/, () => ({ body: { items } })],
  ['POST', /^\/fields$/, create],
  ['PUT', /^\/fields\/([^/]+)$/, (call, match) => change(call, decodeURIComponent(match[1] ?? ''))],
  ['GET', /^\/field-coverage$/, (call) => ({ body: coverage(call) })],
  ['GET', /^\/field-sources$/, () => ({ body: sources })],
  [
    'PUT',
    /^\/field-sources$/,
    (call) => {
      if (isStale(call, sources.version)) return problem(412, 'precondition_failed');
      sources = { ...(call.body as FieldSources), version: sources.version + 1 };
      return { body: sources };
    },
  ],
];
