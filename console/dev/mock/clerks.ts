import type { Assignment, Clerk, RankingRow, Rule, Settlement, Statement, StatementLine } from '../../src/clerks/types';
import { type Call, problem, type Reply, type Route } from './call.ts';
import { iso } from './data.ts';
import { users } from './users.ts';

const DAY_MS = 86_400_000;
const yuan = (minor: number) => ({ minor, currency: 'CNY', exponent: 2 });
const daysAgo = (days: number) => iso(Date.now() - days * DAY_MS);
/** The day in the brand's zone, which is eight hours ahead. */
const dayOf = (at: string) => iso(Date.parse(at) + 8 * 3_600_000).slice(0, 10);

const clerk = (id: string, user_id: string, name: string, code: string, assignments: Assignment[]): Clerk => ({
  id,
  user_id,
  name,
  code,
  created_at: '2026-01-04T02:00:00Z',
  assignments,
});

/** Of all who work side by side on the made-up server. */
let clerks: Clerk[] = [
  clerk('clk_1', 'usr_1', '林晓岚', '7KQ2MX9D', [{ store: 'plc_1', from: '2026-01-04T02:00:00Z', to: null }]),
  clerk('clk_2', 'usr_4', '周雨桐', 'H4PW8TNC', [
    { store: 'plc_1', from: '2026-01-04T02:00:00Z', to: '2026-04-30T16:00:00Z' },
    { store: 'plc_2', from: '2026-04-30T16:00:00Z', to: null },
  ]),
  clerk('clk_3', 'usr_5', '吴思远', 'Z9RB3GKE', [
    { store: 'plc_3', from: '2026-02-01T02:00:00Z', to: '2026-10-01T02:00:00Z' },
  ]),
];

const rule = (id: string, more: Partial<Rule>): Rule => ({
  id,
  kind: 'sign_up',
  amount_minor: 500,
  days: 7,
  event: 'Unfollowed',
  created_at: '2026-03-01T02:00:00Z',
  ended_at: null,
  ...more,
});

const signUpRule = rule('rul_1', {});
const orderRule = rule('rul_2', { kind: 'first_order', amount_minor: 1200, days: 30, event: null });
let rules: Rule[] = [
  rule('rul_0', { amount_minor: 300, created_at: '2026-01-04T02:00:00Z', ended_at: '2026-03-01T02:00:00Z' }),
  signUpRule,
  orderRule,
];

const line = (id: string, days: number, minor: number, more: Partial<StatementLine> = {}): StatementLine => ({
  id,
  at: daysAgo(days),
  rule: signUpRule,
  customer_id: 'cus_000003',
  order_no: null,
  amount: yuan(minor),
  reverses: null,
  settlement_id: null,
  ...more,
});

/** Forty sign-ups of which six were taken back, as the example of the capability has it; and one first order. */
const lines: Record<string, StatementLine[]> = {
  clk_1: [
    ...Array.from({ length: 40 }, (_, index) =>
      line(`lin_${index}`, 20 - index / 4, 500, { customer_id: `cus_${String(index + 1).padStart(6, '0')}` }),
    ),
    ...Array.from({ length: 6 }, (_, index) =>
      line(`lin_r${index}`, 8 - index / 4, -500, {
        reverses: `lin_${index}`,
        customer_id: `cus_${String(index + 1).padStart(6, '0')}`,
      }),
    ),
  ],
  clk_2: [
    line('lin_50', 75, 500, { settlement_id: 'stl_1' }),
    line('lin_51', 70, 1200, { rule: orderRule, order_no: 'A-1001', settlement_id: 'stl_1' }),
    line('lin_52', 12, -1200, { rule: orderRule, order_no: 'A-1001', reverses: 'lin_51' }),
  ],
};
const linesOf = (id: string) => lines[id] ?? [];

const settledOf = (id: string, name: string, of: StatementLine[]) => ({
  clerk_id: id,
  name,
  awards: of.filter(({ reverses }) => reverses === null).length,
  reversals: of.filter(({ reverses }) => reverses !== null).length,
  amount: yuan(of.reduce((sum, { amount }) => sum + amount.minor, 0)),
});

/** The first instant of this day in the brand's zone. */
const startOf = (day: string) => iso(Date.parse(`${day}T00:00:00Z`) - 8 * 3_600_000);

let settlements: Settlement[] = [
  {
    id: 'stl_1',
    from: null,
    until: startOf(dayOf(daysAgo(60))),
    closed_by: 'usr_1',
    closed_at: daysAgo(59),
    clerks: [settledOf('clk_2', '周雨桐', linesOf('clk_2').slice(0, 2))],
  },
];

const inDays = (query: URLSearchParams) => (one: { at: string }) =>
  dayOf(one.at) >= (query.get('from') ?? '') && dayOf(one.at) <= (query.get('to') ?? '');

function statement(id: string, query: URLSearchParams): Statement {
  const own = linesOf(id)
    .filter(inDays(query))
    .sort((one, other) => one.at.localeCompare(other.at));
  const { awards, reversals, amount } = settledOf(id, '', own);
  return { clerk_id: id, awards, reversals, amount, lines: own };
}

function ranking(query: URLSearchParams): RankingRow[] {
  const rows = clerks.map((one) => {
    const { amount, lines: own } = statement(one.id, query);
    const store = one.assignments.at(-1)?.store ?? null;
    const sales = one.id === 'clk_1' || one.id === 'clk_2' ? [{ store, orders: 6, net_sales: yuan(128_600) }] : [];
    return {
      clerk_id: one.id,
      name: one.name,
      sign_ups: own.filter(({ rule: by, reverses }) => by.kind === 'sign_up' && reverses === null).length,
      sales,
      earned: amount,
    };
  });
  return rows.sort((one, other) => other.sign_ups - one.sign_ups || one.clerk_id.localeCompare(other.clerk_id));
}

const outOfRange = (pointer: string, detail: string) =>
  problem(422, 'invalid_request', { errors: [{ pointer, code: 'out_of_range', detail }] });

let serial = 0;

function create(call: Call): Reply {
  const body = call.body as { user_id: string; store: string | null; from: string | null };
  const user = users.find(({ id, role }) => id === body.user_id && role === 'clerk');
  if (!user) return outOfRange('/user_id', 'the id of a user with the role clerk');
  if (clerks.some(({ user_id }) => user_id === user.id))
    return problem(409, 'conflict', { title: 'this user is a clerk already' });
  serial += 1;
  const assignments = body.store === null ? [] : [{ store: body.store, from: body.from ?? iso(Date.now()), to: null }];
  const made = clerk(`clk_1${serial}`, user.id, user.name, `NEWC${String(serial).padStart(4, '2')}`, assignments);
  clerks = [...clerks, made];
  return { status: 201, body: made };
}

function move(call: Call, id: string): Reply {
  const found = clerks.find((one) => one.id === id);
  if (!found) return problem(404, 'not_found');
  const body = call.body as { store: string | null; from: string | null };
  const from = body.from ?? iso(Date.now());
  const last = found.assignments.at(-1);
  if (last && (from <= last.from || from < (last.to ?? '')))
    return outOfRange('/from', 'an instant behind the begin of the clerk’s last time in a store');
  if (last?.to === null) last.to = from;
  if (body.store !== null) found.assignments.push({ store: body.store, from, to: null });
  return { body: found };
}

function settle(call: Call): Reply {
  const { through } = call.body as { through: string };
  if (through >= dayOf(daysAgo(0))) return outOfRange('/through', 'a day that is over');
  const [newest] = settlements;
  const until = startOf(iso(Date.parse(`${through}T00:00:00Z`) + DAY_MS).slice(0, 10));
  if (newest && until <= newest.until) return problem(409, 'conflict', { title: 'this period was closed before' });
  serial += 1;
  const id = `stl_1${serial}`;
  const paid = clerks.flatMap((one) => {
    const own = linesOf(one.id).filter(({ settlement_id, at }) => settlement_id === null && at < until);
    for (const each of own) each.settlement_id = id;
    return own.length === 0 ? [] : [settledOf(one.id, one.name, own)];
  });
  const from = newest?.until ?? null;
  const made: Settlement = { id, from, until, closed_by: 'usr_1', closed_at: iso(Date.now()), clerks: paid };
  settlements = [made, ...settlements];
  return { status: 201, body: made };
}

const isEmpty = (call: Call) => call.cookies.mock === 'empty';

export const CLERKS_ROUTES: Route[] = [
  ['GET', /^\/clerks$/, (call) => ({ body: { items: isEmpty(call) ? [] : clerks } })],
  ['POST', /^\/clerks$/, create],
  ['PUT', /^\/clerks\/([^/]+)\/store$/, (call, match) => move(call, match[1] ?? '')],
  [
    'GET',
    /^\/clerks\/([^/]+)\/statement$/,
    (call, match) =>
      clerks.some(({ id }) => id === match[1])
        ? { body: statement(match[1] ?? '', call.query) }
        : problem(404, 'not_found'),
  ],
  ['GET', /^\/clerk-ranking$/, (call) => ({ body: { items: isEmpty(call) ? [] : ranking(call.query) } })],
  ['GET', /^\/incentive-rules$/, (call) => ({ body: { items: isEmpty(call) ? [] : rules } })],
  [
    'POST',
    /^\/incentive-rules$/,
    (call) => {
      serial += 1;
      const made = rule(`rul_1${serial}`, { ...(call.body as Partial<Rule>), created_at: iso(Date.now()) });
      rules = [...rules, made];
      return { status: 201, body: made };
    },
  ],
  [
    'DELETE',
    /^\/incentive-rules\/([^/]+)$/,
    (_, match) => {
      const goes = rules.some(({ id, ended_at }) => id === match[1] && ended_at === null);
      rules = rules.map((one) => (one.id === match[1] ? { ...one, ended_at: one.ended_at ?? iso(Date.now()) } : one));
      return goes ? { status: 204 } : problem(404, 'not_found');
    },
  ],
  ['GET', /^\/settlements$/, (call) => ({ body: { items: isEmpty(call) ? [] : settlements } })],
  ['POST', /^\/settlements$/, settle],
];
