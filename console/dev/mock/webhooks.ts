import type { Attempt, Delivery, Replay, Webhook, WebhookSettings } from '../../src/webhooks/types';
import { type Call, PROBLEM, problem, type Reply, type Route } from './call.ts';
import { iso } from './data.ts';

const MINUTE_MS = 60_000;
/** A receiver needs a moment. */
const ANSWER_MS = 1000;
const EVENT_TYPES = [
  'customer.created',
  'customer.merged',
  'customer.unmerged',
  'order.created',
  'order.changed',
  'order.refunded',
  'order.cancelled',
  'customer.tags_changed',
  'segment.entered',
  'segment.left',
  'ticket.opened',
  'ticket.closed',
  'import.finished',
];

interface Stored {
  webhook: Webhook;
  /** The newest first; `dueMs`: when a receiver answers one that waits for its first attempt. */
  deliveries: (Delivery & { dueMs?: number })[];
  attempts: Attempt[];
  expired: number;
}

const webhook = (id: string, more: Partial<Webhook>): Webhook => ({
  id,
  url: `https://${id}.example.com/hooks/perennial`,
  description: '',
  event_types: ['order.created', 'order.refunded'],
  with_imports: false,
  state: 'active',
  paused_reason: null,
  paused_at: null,
  failing_since: null,
  earlier_secret_valid_until: null,
  created_by: 'usr_1',
  created_at: '2026-06-02T02:00:00Z',
  version: 1,
  ...more,
});

let serial = 0;
function delivery(type: string, atMs: number, more: Partial<Delivery> & { dueMs?: number } = {}) {
  serial += 1;
  const data =
    type === 'webhook.test'
      ? { webhook_id: 'whk' }
      : { customer_id: `cus_${String(serial).padStart(6, '0')}`, order_no: `A-${1000 + serial}` };
  return {
    event_id: `evt_${String(serial).padStart(6, '0')}`,
    event_type: type,
    happened_at: iso(atMs),
    state: 'delivered',
    attempts: 1,
    last_attempt_at: iso(atMs + 800),
    last_status: 200 as number | null,
    last_error: null as string | null,
    next_attempt_at: null as string | null,
    body: { type, timestamp: iso(atMs), data },
    ...more,
  };
}

const attemptOf = (one: Delivery, id: number): Attempt => ({
  id,
  event_id: one.event_id,
  event_type: one.event_type,
  attempt: one.attempts,
  at: one.last_attempt_at ?? one.happened_at,
  duration_ms: one.last_error === 'too_slow' ? 20_000 : 84,
  status: one.last_status,
  error: one.last_error,
});

function stored(of: Webhook, deliveries: Stored['deliveries'], expired = 0): Stored {
  deliveries.sort((a, b) => b.happened_at.localeCompare(a.happened_at));
  const tried = deliveries.filter(({ attempts }) => attempts > 0);
  return {
    webhook: of,
    deliveries,
    attempts: tried.map((one, index) => attemptOf(one, tried.length - index)),
    expired,
  };
}

const began = Date.now();
const many = (count: number, more: (index: number) => Partial<Delivery> = () => ({})) =>
  Array.from({ length: count }, (_, index) =>
    delivery(index % 4 === 3 ? 'order.refunded' : 'order.created', began - (index + 2) * 7 * MINUTE_MS, more(index)),
  );

const FAILURES: Partial<Delivery>[] = [
  { last_status: 503, last_error: 'status' },
  { last_status: null, last_error: 'too_slow' },
  { last_status: null, last_error: 'unreachable' },
  { last_status: 302, last_error: 'redirect' },
];

let all: Stored[] = [
  stored(webhook('whk_0001', { url: 'https://crm.example.com/hooks/perennial', description: 'crm' }), many(64)),
  stored(
    webhook('whk_0002', {
      url: 'https://warehouse.example.com/in?tenant=chenwu&channel=orders',
      failing_since: iso(began - 190 * MINUTE_MS),
      event_types: EVENT_TYPES,
      with_imports: true,
      earlier_secret_valid_until: iso(began + 600 * MINUTE_MS),
    }),
    [
      ...many(9, (index) => ({
        ...FAILURES[index % 4],
        state: 'waiting',
        attempts: 3,
        next_attempt_at: iso(began + (index + 5) * MINUTE_MS),
      })),
      ...many(6, (index) => ({
        ...FAILURES[index % 4],
        state: 'failed',
        attempts: 10,
        happened_at: iso(began - (4600 + index * 9) * MINUTE_MS),
      })),
    ],
    4,
  ),
  stored(
    webhook('whk_0003', {
      description: 'sms gateway',
      state: 'paused',
      paused_reason: 'failures',
      paused_at: iso(began - 300 * MINUTE_MS),
      failing_since: iso(began - 5000 * MINUTE_MS),
    }),
    many(3, () => ({ state: 'waiting', attempts: 0, last_attempt_at: null, last_status: null })),
  ),
  stored(
    webhook('whk_0004', {
      description: 'old shop',
      state: 'paused',
      paused_reason: 'gone',
      paused_at: iso(began - 900 * MINUTE_MS),
      failing_since: iso(began - 900 * MINUTE_MS),
    }),
    [],
  ),
];

/** What a receiver has answered by now. Where its address says `down`, it answers 503. */
function settle(one: Stored) {
  for (const waiting of one.deliveries) {
    if (waiting.dueMs === undefined || Date.now() < waiting.dueMs || one.webhook.state === 'paused') continue;
    const fails = one.webhook.url.includes('down');
    const at = iso(waiting.dueMs);
    Object.assign(waiting, {
      dueMs: undefined,
      attempts: waiting.attempts + 1,
      last_attempt_at: at,
      ...(fails
        ? { last_status: 503, last_error: 'status', next_attempt_at: iso(Date.now() + 5 * MINUTE_MS) }
        : { last_status: 200, last_error: null, state: 'delivered', next_attempt_at: null }),
    });
    one.attempts.unshift(attemptOf(waiting, one.attempts.length + 1));
    if (fails) one.webhook.failing_since ??= at;
  }
}

function find(id: string): Stored | null {
  const found = all.find((one) => one.webhook.id === id) ?? null;
  if (found) settle(found);
  return found;
}

const itemOf = ({ webhook: of, deliveries, expired }: Stored) => {
  const count = (state: string) => deliveries.filter((one) => one.state === state).length;
  return {
    webhook: of,
    counts: { waiting: count('waiting'), delivered: count('delivered'), failed: count('failed'), expired },
  };
};

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

function create(call: Call): Reply {
  const body = call.body as WebhookSettings;
  const field = { pointer: '/url', code: 'unusable_address', detail: 'the address cannot be used: it is not https' };
  if (!body.url.startsWith('https://')) return problem(422, 'invalid_request', { errors: [field] });
  serial += 1;
  const made = stored(webhook(`whk_1${serial}`, { ...body, created_at: iso(Date.now()) }), []);
  all = [...all, made];
  return { status: 201, body: { webhook: made.webhook, secret: call.cookies.mock === 'no_secret' ? null : SECRET } };
}

function change(one: Stored, more: Partial<Webhook>): Reply {
  one.webhook = { ...one.webhook, ...more, version: one.webhook.version + 1 };
  return { body: one.webhook, headers: { ETag: `"${one.webhook.version}"` } };
}

function update(call: Call, one: Stored): Reply {
  if (call.headers['if-match'] !== `"${one.webhook.version}"`)
    return { ...problem(412, 'precondition_failed'), headers: PROBLEM };
  return change(one, call.body as WebhookSettings);
}

function test(one: Stored): Reply {
  if (one.webhook.state === 'paused') return problem(409, 'conflict', { detail: 'the webhook is paused' });
  const now = Date.now();
  const made = delivery('webhook.test', now, {
    state: 'waiting',
    attempts: 0,
    last_attempt_at: null,
    last_status: null,
    dueMs: now + ANSWER_MS,
  });
  one.deliveries = [made, ...one.deliveries];
  return { status: 202, body: { event_id: made.event_id } };
}

function replay(call: Call, one: Stored): Reply {
  const what = call.body as { event_id?: string; failed?: boolean; since?: string } & Replay;
  const again = one.deliveries.filter((each) =>
    what.event_id
      ? each.event_id === what.event_id
      : what.failed
        ? each.state === 'failed'
        : each.happened_at >= (what.since ?? ''),
  );
  for (const each of again)
    Object.assign(each, { state: 'waiting', attempts: 0, next_attempt_at: null, dueMs: Date.now() + ANSWER_MS });
  return { status: 202, body: { deliveries: again.length } };
}

function pageOf<T>(call: Call, items: T[]): Reply {
  const from = Number(call.query.get('cursor') ?? 0);
  const limit = Number(call.query.get('limit') ?? 50);
  const next = from + limit < items.length ? String(from + limit) : null;
  return { body: { items: items.slice(from, from + limit), next_cursor: next } };
}

const on = (handle: (call: Call, one: Stored) => Reply) => (call: Call, match: RegExpMatchArray) => {
  const found = find(match[1] ?? '');
  return found ? handle(call, found) : problem(404, 'not_found');
};

export const WEBHOOK_ROUTES: Route[] = [
  [
    'GET',
    /^\/webhooks$/,
    (call) => {
      for (const one of all) settle(one);
      return { body: { items: call.cookies.mock === 'empty' ? [] : all.map(itemOf), event_types: EVENT_TYPES } };
    },
  ],
  ['POST', /^\/webhooks$/, create],
  [
    'GET',
    /^\/webhooks\/([^/]+)$/,
    on((_, one) => ({ body: itemOf(one), headers: { ETag: `"${one.webhook.version}"` } })),
  ],
  ['PUT', /^\/webhooks\/([^/]+)$/, on(update)],
  [
    'DELETE',
    /^\/webhooks\/([^/]+)$/,
    on((_, gone) => {
      all = all.filter((one) => one !== gone);
      return { status: 204 };
    }),
  ],
  [
    'GET',
    /^\/webhooks\/([^/]+)\/deliveries$/,
    on((call, { deliveries }) => {
      const state = call.query.get('state');
      const items = deliveries.filter((one) => !state || one.state === state);
      return pageOf(
        call,
        items.map(({ dueMs: _, ...one }) => one),
      );
    }),
  ],
  ['GET', /^\/webhooks\/([^/]+)\/attempts$/, on((call, { attempts }) => pageOf(call, attempts))],
  [
    'POST',
    /^\/webhooks\/([^/]+)\/pause$/,
    on((_, one) => change(one, { state: 'paused', paused_reason: 'by_hand', paused_at: iso(Date.now()) })),
  ],
  [
    'POST',
    /^\/webhooks\/([^/]+)\/resume$/,
    on((_, one) => change(one, { state: 'active', paused_reason: null, paused_at: null, failing_since: null })),
  ],
  [
    'POST',
    /^\/webhooks\/([^/]+)\/secret$/,
    on((call, one) => {
      const { earlier_secret_valid_seconds: seconds } = call.body as { earlier_secret_valid_seconds: number };
      const until = seconds > 0 ? iso(Date.now() + seconds * 1000) : null;
      const { body } = change(one, { earlier_secret_valid_until: until });
      return { body: { webhook: body, secret: `${SECRET}${one.webhook.version}` } };
    }),
  ],
  ['POST', /^\/webhooks\/([^/]+)\/test$/, on((_, one) => test(one))],
  ['POST', /^\/webhooks\/([^/]+)\/replay$/, on(replay)],
];
