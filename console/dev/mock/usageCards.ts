import type { Ticket } from '../../src/tickets/types';
import type { CardSettings, DueUsageCard, UsageAnswer, UsageCard, UsageQuestion } from '../../src/usageCards/types';
import { type Call, problem, type Reply, type Route, refusedByVersion } from './call.ts';
import { findCustomer } from './customers.ts';
import { iso } from './data.ts';
import { survivorOf } from './identity.ts';

// Usage cards, what was answered, who is due, and the tickets that came of it.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const began = Date.now();
/** Who is signed in. */
const ME = 'usr_1';
const PAGE_MAX = 200;

const question = (field: string, text_zh: string, text_en: string): UsageQuestion => ({ field, text_zh, text_en });

function cardOf(code: string, name: string, more: Partial<UsageCard> = {}): UsageCard {
  return {
    code,
    name,
    product: null,
    days_after: 7,
    open_days: 30,
    questions: [
      question('usage_purpose', '您用它来做什么？', 'What do you use it for?'),
      question('usage_scene', '什么时候用？', 'When do you use it?'),
      question('usage_rating', '用得满意吗？1 至 5 分', 'How satisfied are you, from 1 to 5?'),
    ],
    rating_field: 'usage_rating',
    low_rating: 2,
    is_archived: false,
    created_at: '2026-06-01T02:00:00Z',
    version: 1,
    ...more,
  };
}

const cards: UsageCard[] = [
  cardOf('first_taste', 'First taste', {
    product: 'TEA-1',
    days_after: 3,
    questions: [question('tea_type', '您爱喝哪种茶？', 'Which tea do you like best?')],
    rating_field: null,
  }),
  cardOf('old_card', 'Old card', { is_archived: true, version: 4 }),
  cardOf('seven_days', 'Seven days with it', { version: 3 }),
];

const isOpen = (code: string) => cards.some((one) => one.code === code && !one.is_archived);

function putCard(call: Call, code: string): Reply {
  const settings = call.body as CardSettings;
  const found = cards.find((one) => one.code === code);
  const refused = refusedByVersion(call, found?.version);
  if (refused) return refused;
  if (!found) {
    const made = { ...cardOf(code, settings.name), ...settings, created_at: iso(Date.now()) };
    cards.push(made);
    cards.sort((one, other) => one.code.localeCompare(other.code));
    return { body: made };
  }
  Object.assign(found, settings, { version: found.version + 1 });
  return { body: found };
}

const answers = new Map<string, UsageAnswer[]>([
  [
    'cus_000005',
    [
      {
        card: 'seven_days',
        fields: ['usage_purpose', 'usage_scene', 'usage_rating'],
        order_no: 'TB-2026-0005',
        at: '2026-11-16T03:20:00Z',
        recorded_at: '2026-11-16T03:20:04Z',
        source: 'src_0001',
        by: null,
      },
      {
        card: 'first_taste',
        fields: ['tea_type'],
        order_no: null,
        at: '2026-11-02T07:05:00Z',
        recorded_at: '2026-11-02T07:05:00Z',
        source: 'perennial',
        by: '林晓岚',
      },
    ],
  ],
]);

/** What opened it, of which the document says no more than that it is an object. */
const detailOf = (card: string, order_no: string | null) => ({ card, order_no }) as unknown as Ticket['detail'];

const ticketOf = (number: number, customer_id: string, opened: number, more: Partial<Ticket> = {}): Ticket => ({
  id: `tkt_${String(number).padStart(4, '0')}`,
  customer_id,
  state: 'open',
  cause: 'usage_card',
  detail: detailOf('seven_days', `TB-2026-${String(number).padStart(4, '0')}`),
  happened_at: iso(opened - 4_000),
  opened_at: iso(opened),
  assigned: null,
  reopened_at: null,
  closed: null,
  version: 1,
  ...more,
});

/** The last opened first. */
const tickets: Ticket[] = [
  ...Array.from({ length: 60 }, (_, place) =>
    ticketOf(100 - place, `cus_${String(60 + place).padStart(6, '0')}`, began - (place + 2) * 5 * HOUR_MS),
  ),
  ticketOf(2, 'cus_000005', Date.parse('2026-11-16T03:20:04Z')),
  ticketOf(1, 'cus_000005', Date.parse('2026-07-03T02:00:00Z'), {
    state: 'closed',
    closed: { at: '2026-07-04T06:30:00Z', by: '林晓岚', note: 'sent a new one' },
  }),
];

function pageOf<T>(all: T[], query: URLSearchParams) {
  const offset = Number(query.get('cursor') ?? 0);
  const limit = Math.min(PAGE_MAX, Number(query.get('limit') ?? 50));
  return {
    items: all.slice(offset, offset + limit),
    next_cursor: offset + limit < all.length ? String(offset + limit) : null,
  };
}

function listTickets(call: Call): Reply {
  const [state, customer, who] = [call.query.get('state'), call.query.get('customer'), call.query.get('assignee')];
  const isWith = ({ assigned }: Ticket) =>
    !who || (who === 'nobody' ? assigned === null : assigned?.user_id === (who === 'me' ? ME : who));
  if (state && state !== 'open' && state !== 'closed')
    return problem(422, 'invalid_request', {
      errors: [{ pointer: 'state', code: 'unknown_value', detail: 'open or closed' }],
    });
  if (customer && !findCustomer(survivorOf(customer))) return problem(404, 'not_found');
  const id = customer ? survivorOf(customer) : null;
  const all = call.cookies.mock === 'empty' ? [] : tickets;
  return {
    body: pageOf(
      all.filter((one) => (!state || one.state === state) && (!id || one.customer_id === id) && isWith(one)),
      call.query,
    ),
  };
}

function closeTicket(call: Call, id: string): Reply {
  const found = tickets.find((one) => one.id === id);
  if (!found) return problem(404, 'not_found');
  if (found.state === 'closed') return problem(409, 'conflict', { detail: 'it is closed already' });
  found.state = 'closed';
  found.closed = { at: iso(Date.now()), by: 'Lin', note: (call.body as { note: string }).note };
  found.version += 1;
  return { body: found };
}

function reopenTicket(id: string): Reply {
  const found = tickets.find((one) => one.id === id);
  if (!found) return problem(404, 'not_found');
  if (found.state === 'open') return problem(409, 'conflict', { detail: 'it is open' });
  Object.assign(found, { state: 'open', closed: null, reopened_at: iso(Date.now()), version: found.version + 1 });
  return { body: found };
}

const ASSIGNEES = [
  { user_id: ME, name: '林晓岚' },
  { user_id: 'usr_4', name: '周雨桐' },
];

function assignTicket(call: Call, id: string): Reply {
  const found = tickets.find((one) => one.id === id);
  if (!found) return problem(404, 'not_found');
  if (found.state === 'closed') return problem(409, 'conflict', { detail: 'it is closed' });
  const refused = refusedByVersion(call, found.version);
  if (refused) return refused;
  const { user_id } = call.body as { user_id: string | null };
  const user = ASSIGNEES.find((one) => one.user_id === user_id);
  found.assigned = user ? { ...user, at: iso(Date.now()) } : null;
  found.version += 1;
  return { body: found };
}

function versionsOf(code: string): Reply {
  const card = cards.find((one) => one.code === code);
  if (!card) return problem(404, 'not_found');
  const { code: _, created_at: __, version, ...settings } = card;
  const items = Array.from({ length: version }, (___, place) => ({
    ...settings,
    name: place === 0 ? settings.name : `${settings.name} ${version - place}`,
    version: version - place,
    changed_by: place === version - 1 ? null : '林晓岚',
    changed_at: place === version - 1 ? null : iso(began - place * DAY_MS),
  }));
  return { body: { items, next_cursor: null } };
}

function answer(call: Call, id: string): Reply {
  const body = call.body as { card: string; order_no: string | null; answers: Record<string, unknown> };
  const card = cards.find((one) => one.code === body.card);
  if (!card || !isOpen(body.card)) return problem(404, 'not_found');
  const rating = card.rating_field ? body.answers[card.rating_field] : undefined;
  if (rating !== undefined && !Number.isInteger(rating))
    return problem(422, 'invalid_request', {
      errors: [{ pointer: `/answers/${card.rating_field}`, code: 'malformed', detail: 'a whole number' }],
    });
  const now = iso(Date.now());
  const made: UsageAnswer = {
    card: body.card,
    fields: Object.keys(body.answers),
    order_no: body.order_no,
    at: now,
    recorded_at: now,
    source: 'perennial',
    by: 'Lin',
  };
  answers.set(id, [made, ...(answers.get(id) ?? [])]);
  if (typeof rating === 'number' && rating <= card.low_rating)
    tickets.unshift(ticketOf(1000 + tickets.length, id, Date.now(), { detail: detailOf(body.card, body.order_no) }));
  return { status: 201, body: made };
}

const DUE: DueUsageCard[] = Array.from({ length: 70 }, (_, place) => {
  const delivered = began - (35 - place / 3) * DAY_MS;
  const [code, after] = place % 4 === 0 ? (['first_taste', 3] as const) : (['seven_days', 7] as const);
  return {
    card: code,
    customer_id: `cus_${String(200 + place).padStart(6, '0')}`,
    order_no: place % 5 === 4 ? null : `TB-2026-${String(1200 + place)}`,
    delivered_at: iso(delivered),
    due_at: iso(delivered + after * DAY_MS),
    open_until: iso(delivered + (after + 30) * DAY_MS),
  };
}).sort((one, other) => one.card.localeCompare(other.card) || one.delivered_at.localeCompare(other.delivered_at));

function due(call: Call): Reply {
  const card = call.query.get('card');
  if (card && !cards.some((one) => one.code === card)) return problem(404, 'not_found');
  const all = call.cookies.mock === 'empty' ? [] : DUE;
  return {
    body: pageOf(
      all.filter((one) => isOpen(one.card) && (!card || one.card === card)),
      call.query,
    ),
  };
}

export const USAGE_CARD_ROUTES: Route[] = [
  ['GET', /^\/usage-cards$/, (call) => ({ body: { items: call.cookies.mock === 'empty' ? [] : cards } })],
  ['GET', /^\/usage-cards\/due$/, due],
  ['PUT', /^\/usage-cards\/([^/]+)$/, (call, match) => putCard(call, decodeURIComponent(match[1] ?? ''))],
  [
    'GET',
    /^\/customers\/([^/]+)\/usage-answers$/,
    (_, match) => {
      const id = survivorOf(match[1] ?? '');
      return findCustomer(id) ? { body: { items: answers.get(id) ?? [] } } : problem(404, 'not_found');
    },
  ],
  ['POST', /^\/customers\/([^/]+)\/usage-answers$/, (call, match) => answer(call, survivorOf(match[1] ?? ''))],
  ['GET', /^\/tickets$/, listTickets],
  ['GET', /^\/usage-cards\/([^/]+)\/versions$/, (_, match) => versionsOf(decodeURIComponent(match[1] ?? ''))],
  ['GET', /^\/tickets\/[^/]+\/assignees$/, () => ({ body: { items: ASSIGNEES } })],
  ['PUT', /^\/tickets\/([^/]+)\/assignee$/, (call, match) => assignTicket(call, match[1] ?? '')],
  ['POST', /^\/tickets\/([^/]+)\/reopen$/, (_, match) => reopenTicket(match[1] ?? '')],
  ['POST', /^\/tickets\/([^/]+)\/close$/, (call, match) => closeTicket(call, match[1] ?? '')],
];
