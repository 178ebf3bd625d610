import type {
  PlanChange,
  PlanCoverage,
  PlanDocument,
  PlannedEvent,
  PlannedProperty,
  PlanVersion,
  QuarantinedFact,
} from '../../src/plans/types';
import { iso } from './data.ts';

/** What the made-up server knows of the plan of a source. */
export interface MockPlan {
  mode: string;
  draft: PlanDocument | null;
  versions: PlanVersion[];
  changedAt: string | null;
  version: number;
  held: QuarantinedFact[];
}

function property(path: string, types: string, seen: number, more: Partial<PlannedProperty> = {}): PlannedProperty {
  return { path, types: types.split(' '), required: true, values: [], seen, ...more };
}

function event(type: string, name: string | null, seen: number, properties: PlannedProperty[]): PlannedEvent {
  return { type, name, description: '', properties, other_properties: false, seen };
}

const optional = { required: false };

/** As though made from a month of messages of a shop. */
export function seenDocument(): PlanDocument {
  return {
    events: [
      event('track', 'Order Completed', 4_120, [
        property('coupon', 'text', 906, optional),
        property('currency', 'text', 4_120, { values: ['CNY'] }),
        property('order_id', 'text', 4_120),
        property('products', 'list', 4_120),
        property('products[]', 'object', 9_204, optional),
        property('products[].price', 'number', 9_204),
        property('products[].quantity', 'integer', 9_204),
        property('products[].sku', 'text', 9_204),
        property('shipping', 'object', 3_988, optional),
        property('shipping.city', 'text', 3_988),
        property('shipping.method', 'text', 3_101, { required: false, values: ['express', 'pick-up', 'standard'] }),
        property('total', 'number text', 4_120),
      ]),
      event('track', 'Order Refunded', 212, [
        property('order_id', 'text', 212),
        property('reason', 'text', 64, optional),
        property('total', 'number', 212),
      ]),
      event('track', 'Product Added', 18_377, [
        property('price', 'number', 18_377),
        property('quantity', 'integer', 17_940, optional),
        property('sku', 'text', 18_377),
      ]),
      event('track', 'Product Viewed', 90_510, [
        property('list', 'text', 71_002, { required: false, values: ['home', 'search', 'tea'] }),
        property('price', 'number', 90_510),
        property('sku', 'text', 90_510),
      ]),
      event('track', 'Signed Up', 640, [property('method', 'text', 640, { values: ['phone', 'wechat'] })]),
      event('identify', null, 2_903, [property('city', 'text', 2_111, optional)]),
      event('page', null, 11_300, [property('path', 'text', 11_300), property('referrer', 'text', 7_450, optional)]),
    ],
  };
}

/** Without the properties that came later, and stricter. */
function firstDocument(): PlanDocument {
  const { events } = seenDocument();
  const strict = (one: PlannedProperty) => (one.path === 'total' ? { ...one, types: ['number'] } : one);
  return {
    events: events
      .filter(({ name }) => name !== 'Signed Up')
      .map((one) => ({
        ...one,
        properties: one.properties.filter(({ path }) => path !== 'shipping.method').map(strict),
      })),
  };
}

/** A little finer than what a person needs: as the server says it. */
export function changesBetween(before: PlanDocument | null, after: PlanDocument): PlanChange[] {
  const keyOf = ({ type, name }: PlannedEvent) => `${type} ${name}`;
  const old = new Map((before?.events ?? []).map((one) => [keyOf(one), one]));
  const fresh = new Map(after.events.map((one) => [keyOf(one), one]));
  const found: PlanChange[] = [];
  const note = (kind: string, of: PlannedEvent, path: string | null, from: string | null, to: string | null) =>
    found.push({ kind, event_type: of.type, event: of.name, path, before: from, after: to });
  for (const key of [...new Set([...old.keys(), ...fresh.keys()])].sort()) {
    const [was, is] = [old.get(key), fresh.get(key)];
    if (!was || !is) {
      const one = was ?? is;
      if (one) note(was ? 'event_removed' : 'event_added', one, null, null, null);
      continue;
    }
    const allowed = (one: PlannedEvent) => (one.other_properties ? 'allowed' : 'not allowed');
    if (was.other_properties !== is.other_properties)
      note('other_properties_changed', is, null, allowed(was), allowed(is));
    const paths = new Set([...was.properties, ...is.properties].map(({ path }) => path));
    for (const path of [...paths].sort()) {
      const a = was.properties.find((one) => one.path === path);
      const b = is.properties.find((one) => one.path === path);
      const types = (one: PlannedProperty) => one.types.join(' or ');
      const need = (one: PlannedProperty) => (one.required ? 'required' : 'optional');
      const values = (one: PlannedProperty) => (one.values.length > 0 ? one.values.join(', ') : 'any');
      if (a && b) {
        if (types(a) !== types(b)) note('types_changed', is, path, types(a), types(b));
        if (a.required !== b.required) note('required_changed', is, path, need(a), need(b));
        if (values(a) !== values(b)) note('values_changed', is, path, values(a), values(b));
      } else if (b) note('property_added', is, path, null, `${types(b)}, ${need(b)}`);
      else if (a) note('property_removed', is, path, `${types(a)}, ${need(a)}`, null);
    }
  }
  return found;
}

export function frozenVersion(
  number: number,
  plan: PlanDocument,
  before: PlanDocument | null,
  at: string,
): PlanVersion {
  return { frozen: { number, plan, frozen_by: 'usr_1', frozen_at: at }, changes: changesBetween(before, plan) };
}

const START_MS = Date.now();
const HOUR_MS = 3_600_000;

/** Reasons that messages of a till are held for, each with its event and shape. */
const HELD: Pick<QuarantinedFact, 'event_type' | 'event' | 'violations' | 'shape'>[] = [
  {
    event_type: 'track',
    event: 'Order Completed',
    violations: [{ kind: 'wrong_type', property: 'total', allowed: 'number', found: 'text 99,99' }],
    shape: '{order_id: text, total: text, products: list of 2}',
  },
  {
    event_type: 'track',
    event: 'Order Completed',
    violations: [
      { kind: 'missing_property', property: 'order_id', allowed: 'text', found: 'nothing' },
      {
        kind: 'unknown_property',
        property: 'cashier',
        allowed: 'currency, order_id, products, total',
        found: 'text xx-99',
      },
    ],
    shape: '{total: number, cashier: text, products: list of 1}',
  },
  {
    event_type: 'track',
    event: 'Order Refunded',
    violations: [
      { kind: 'wrong_value', property: 'reason', allowed: 'text: damaged, wrong size', found: 'text xxxxxx xxxx' },
    ],
    shape: '{order_id: text, total: number, reason: text}',
  },
  {
    event_type: 'track',
    event: 'Drawer Opened',
    violations: [{ kind: 'unknown_event', property: '', allowed: 'Order Completed, Order Refunded', found: 'track' }],
    shape: '{till: integer}',
  },
];

export function heldFacts(count: number, firstId: number): QuarantinedFact[] {
  return Array.from({ length: count }, (_, index) => {
    const sample = HELD[index % HELD.length] as (typeof HELD)[number];
    const at = iso(START_MS - (count - index) * HOUR_MS * 0.7);
    return {
      ...sample,
      id: firstId + index,
      at,
      message_id: `till-${String((firstId + index) * 7919).padStart(9, '0')}`,
    };
  });
}

/** Two versions, and a draft with some changes. */
function shopPlan(): MockPlan {
  const [first, second] = [firstDocument(), seenDocument()];
  const draft = seenDocument();
  draft.events.unshift(event('track', 'Coupon Used', 388, [property('code', 'text', 388)]));
  const viewed = draft.events.find(({ name }) => name === 'Product Viewed');
  if (viewed) viewed.description = '商品详情页打开一秒后发送';
  return {
    mode: 'flag',
    draft,
    versions: [
      frozenVersion(2, second, first, '2026-11-12T06:30:00Z'),
      frozenVersion(1, first, null, '2026-10-20T03:15:00Z'),
    ],
    changedAt: '2026-11-20T08:00:00Z',
    version: 5,
    held: [],
  };
}

export function heldPlan(count: number): MockPlan {
  const { events } = firstDocument();
  const plan = { events: events.filter(({ name }) => name?.startsWith('Order')) };
  const versions = [frozenVersion(1, plan, null, '2026-11-02T06:30:00Z')];
  return {
    mode: 'quarantine',
    draft: null,
    versions,
    changedAt: versions[0]?.frozen.frozen_at ?? null,
    version: 3,
    held: heldFacts(count, 4_000),
  };
}

const plans = new Map<string, MockPlan>([
  ['src_0001', shopPlan()],
  ['src_0002', heldPlan(212)],
]);

export function planOf(sourceId: string): MockPlan {
  let plan = plans.get(sourceId);
  if (!plan) {
    plan = { mode: 'flag', draft: null, versions: [], changedAt: null, version: 0, held: [] };
    plans.set(sourceId, plan);
  }
  return plan;
}

export function setPlan(sourceId: string, plan: MockPlan) {
  plans.set(sourceId, plan);
}

const example = (hoursAgo: number, found: string) => ({
  at: iso(START_MS - hoursAgo * HOUR_MS),
  message_id: `ajs-next-${String(Math.round(hoursAgo * 7919)).padStart(8, '0')}`,
  found,
});

/** What is wrong with the messages of the shop. */
const WRONG: PlanCoverage['violations'] = [
  ['unknown_event', 'track', 'Coupon Used', '', 388, 'Order Completed, Order Refunded, Product Added, …', 'track'],
  ['missing_property', 'track', 'Order Completed', 'products[].sku', 131, 'text', 'nothing'],
  ['wrong_type', 'track', 'Order Refunded', 'total', 57, 'number', 'text -99.99'],
  ['wrong_value', 'track', 'Product Viewed', 'list', 24, 'text: home, search, tea', 'text xxxxxx xxxx'],
  ['unknown_property', 'track', 'Product Added', 'priceCents', 9, 'price, quantity, sku', 'integer 9999'],
  ['unknown_event', 'track', '…', '', 3, '', ''],
].map(([kind, event_type, name, path, facts, allowed, found], index) => ({
  event_type: String(event_type),
  event: String(name),
  kind: String(kind),
  property: String(path),
  facts: Number(facts),
  allowed: String(allowed),
  first: example(300 + index * 17, String(found)),
  last: example(0.4 + index * 5, String(found)),
}));

export function coverageOf(plan: MockPlan, days: number, isShop: boolean): PlanCoverage {
  const current = plan.versions[0]?.frozen;
  const events = (current?.plan.events ?? []).map(({ type, name, seen }) => {
    const violating = WRONG.filter((one) => one.event === name && one.kind !== 'unknown_event').reduce(
      (sum, one) => sum + one.facts,
      0,
    );
    // Nobody has signed up, and no refund came as planned.
    const facts =
      !isShop || name === 'Signed Up' ? 0 : name === 'Order Refunded' ? 57 : Math.round(((seen ?? 0) * days) / 30);
    return {
      type,
      name,
      facts,
      violating: isShop ? violating : 0,
      last_at: facts > 0 ? iso(START_MS - HOUR_MS) : null,
    };
  });
  const violations = isShop ? WRONG : [];
  const unknown = violations.filter(({ kind }) => kind === 'unknown_event').reduce((sum, { facts }) => sum + facts, 0);
  const counted = events.reduce((sum, { facts }) => sum + facts, 0);
  return {
    mode: plan.mode,
    number: current?.number ?? null,
    since: iso(Math.floor((START_MS - days * 24 * HOUR_MS) / HOUR_MS) * HOUR_MS),
    planned: events.length,
    seen: events.filter(({ facts }) => facts > 0).length,
    covered: events.filter(({ facts, violating }) => facts > violating).length,
    facts: counted + unknown,
    facts_as_planned: counted - events.reduce((sum, { violating }) => sum + violating, 0),
    facts_unknown: unknown,
    events,
    violations,
    hours: violations.map(({ kind, facts }, index) => ({ from: iso(START_MS - index * HOUR_MS), kind, facts })),
  };
}
