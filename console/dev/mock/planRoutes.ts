import type { Plan, PlanDocument } from '../../src/plans/types';
import { type Call, PROBLEM, problem, type Reply, type Route } from './call.ts';
import { iso } from './data.ts';
import {
  changesBetween,
  coverageOf,
  frozenVersion,
  heldPlan,
  type MockPlan,
  planOf,
  seenDocument,
  setPlan,
} from './plans.ts';
import { findSource, type MockSource } from './sources.ts';

function viewOf(sourceId: string, plan: MockPlan): Plan {
  const frozen = plan.versions[0]?.frozen ?? null;
  return {
    source_id: sourceId,
    mode: plan.mode,
    draft: plan.draft,
    frozen,
    changes: plan.draft ? changesBetween(frozen?.plan ?? null, plan.draft) : [],
    changed_at: plan.changedAt,
    version: plan.version,
  };
}

/** A source whose name says so begins with a plan and with messages that are held: one of a test's own. */
function planFor(source: MockSource): MockPlan {
  const { id, name } = source.source;
  const plan = planOf(id);
  const count = /^held (\d+)$/.exec(name)?.[1];
  if (plan.version > 0 || !count) return plan;
  const made = heldPlan(Number(count));
  setPlan(id, made);
  source.totals.put_aside = made.held.length;
  return made;
}

type WithPlan = (call: Call, plan: MockPlan, source: MockSource, match: RegExpMatchArray) => Reply;

const of =
  (answer: WithPlan): Route[2] =>
  (call, match) => {
    const source = findSource(match[1] ?? '');
    return source ? answer(call, planFor(source), source, match) : problem(404, 'not_found');
  };

const shown = (source: MockSource, plan: MockPlan): Reply => ({
  body: viewOf(source.source.id, plan),
  headers: { ETag: `"${plan.version}"` },
});

function changed(plan: MockPlan) {
  plan.version += 1;
  plan.changedAt = iso(Date.now());
}

const stale = (call: Call, plan: MockPlan) => call.headers['if-match'] !== `"${plan.version}"`;

const conflict = (detail: string) => problem(409, 'conflict', { detail });

export const PLAN_ROUTES: Route[] = [
  ['GET', /^\/sources\/([^/]+)\/plan$/, of((_, plan, source) => shown(source, plan))],
  [
    'PUT',
    /^\/sources\/([^/]+)\/plan$/,
    of((call, plan, source) => {
      if (stale(call, plan)) return { ...problem(412, 'precondition_failed'), headers: PROBLEM };
      const body = call.body as { mode: string; draft: PlanDocument | null };
      // What the server refuses and the form does not.
      const errors = (body.draft?.events ?? []).flatMap((event, place) =>
        event.properties.flatMap((one, at) =>
          /[^\w.[\]]/.test(one.path)
            ? [
                {
                  pointer: `/draft/events/${place}/properties/${at}/path`,
                  code: 'out_of_range',
                  detail: 'names like total, address.city or products[].price, up to 8 steps',
                },
              ]
            : [],
        ),
      );
      if (errors.length > 0) return problem(422, 'invalid_request', { errors });
      Object.assign(plan, { mode: body.mode, draft: body.draft });
      changed(plan);
      return shown(source, plan);
    }),
  ],
  [
    'POST',
    /^\/sources\/([^/]+)\/plan\/draft$/,
    of((call, plan, source) => {
      const { days } = call.body as { days?: number };
      if (!source.totals.last_at || days === 1)
        return conflict('nothing came in this time that a plan could be made from');
      plan.draft = seenDocument();
      changed(plan);
      return { body: { plan: viewOf(source.source.id, plan), facts: 128_062, left_out: days === 90 ? 41 : 0 } };
    }),
  ],
  [
    'POST',
    /^\/sources\/([^/]+)\/plan\/freeze$/,
    of((call, plan, source) => {
      if (stale(call, plan)) return { ...problem(412, 'precondition_failed'), headers: PROBLEM };
      if (!plan.draft) return conflict('there is no draft to freeze: generate or write one first');
      const before = plan.versions[0]?.frozen;
      plan.versions.unshift(
        frozenVersion((before?.number ?? 0) + 1, plan.draft, before?.plan ?? null, iso(Date.now())),
      );
      plan.draft = null;
      changed(plan);
      return shown(source, plan);
    }),
  ],
  [
    'GET',
    /^\/sources\/([^/]+)\/plan\/versions$/,
    of((_, plan) => ({ body: { items: plan.versions, next_cursor: null } })),
  ],
  [
    'GET',
    /^\/sources\/([^/]+)\/plan\/coverage$/,
    of((call, plan, source) => ({
      body: coverageOf(plan, Number(call.query.get('days') ?? 30), source.source.id === 'src_0001'),
    })),
  ],
  ['GET', /^\/sources\/([^/]+)\/quarantine$/, of((call, plan) => ({ body: heldPage(plan, call.query) }))],
  [
    'POST',
    /^\/sources\/([^/]+)\/quarantine\/(release|discard)$/,
    of((call, plan, source, match) => {
      if (call.cookies.mock === 'stuck') return problem(503, 'busy');
      const { ids, event } = call.body as { ids?: number[]; event?: { type: string; name: string } };
      const meant = plan.held.filter((fact) =>
        ids ? ids.includes(fact.id) : !event || (fact.event_type === event.type && fact.event === event.name),
      );
      const decided = meant.slice(0, PART);
      plan.held = plan.held.filter((fact) => !decided.includes(fact));
      source.totals[match[2] === 'release' ? 'released' : 'discarded'] += decided.length;
      return { body: { facts: decided.length, more: !ids && meant.length > decided.length } };
    }),
  ],
];

/** Smaller than on the real server, so that there is something to go on with. */
const PART = 100;

function heldPage(plan: MockPlan, query: URLSearchParams) {
  const [type, name] = [query.get('event_type'), query.get('event')];
  const after = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 50);
  const found = plan.held.filter(
    (fact) => fact.id > after && (type === null || (fact.event_type === type && fact.event === name)),
  );
  const items = found.slice(0, limit);
  const events = new Map<
    string,
    { event_type: string; event: string; facts: number; first_at: string; last_at: string }
  >();
  for (const { event_type, event, at } of plan.held) {
    const one = events.get(`${event_type} ${event}`) ?? { event_type, event, facts: 0, first_at: at, last_at: at };
    events.set(`${event_type} ${event}`, { ...one, facts: one.facts + 1, last_at: at });
  }
  return {
    items,
    next_cursor: found.length > limit ? String(items.at(-1)?.id) : null,
    events: [...events.values()],
  };
}
