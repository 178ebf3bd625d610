import type { OwnClerk, Statement, StatementLine } from '../../src/clerk/api';
import type { CustomerRow } from '../../src/shared/api/types';
import { type Call, problem, type Reply, type Route } from './call.ts';
import { customers, iso } from './data.ts';

/** Of all who work side by side on the made-up server. */
const signedUp = new Map<string, CustomerRow>();
const today: { at: string; customer: CustomerRow }[] = [];

const clerk: OwnClerk['clerk'] = {
  id: 'clk_1',
  user_id: 'usr_1',
  name: '林晓岚',
  code: '7KQ2MX9D',
  created_at: '2026-01-04T02:00:00Z',
  assignments: [{ store: 'plc_1', from: '2026-01-04T02:00:00Z', to: null }],
};

/** Three corners, as every such code has them. */
const corner = (x: number, y: number) => `M${x} ${y}h7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z`;
const code: OwnClerk['codes'][number] = {
  title: { zh: '会员入会', en: 'Membership' },
  script: { zh: '扫一下，三步入会，首单立减五十。', en: 'Scan this: three taps, and fifty yuan off the first order.' },
  link: 'https://crm.example.com/f/7K3M9XQ2AB/by/7KQ2MX9D',
  picture: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"><path fill="#fff" d="M0 0h29v29H0z"/><path fill-rule="evenodd" d="${corner(4, 4)}${corner(18, 4)}${corner(4, 18)}"/></svg>`,
};

const yuan = (minor: number) => ({ minor, currency: 'CNY', exponent: 2 });

const rule: StatementLine['rule'] = {
  id: 'rul_1',
  kind: 'sign_up',
  amount_minor: 500,
  days: 7,
  event: 'Unfollowed',
  created_at: '2026-01-04T02:00:00Z',
  ended_at: null,
};

const line = (id: string, at: string, minor: number, more: Partial<StatementLine> = {}): StatementLine => ({
  id,
  at,
  rule,
  customer_id: 'cus_000003',
  order_no: null,
  amount: yuan(minor),
  reverses: null,
  settlement_id: null,
  ...more,
});

function statement(from: string): Statement {
  const at = `${from}T04:00:00Z`;
  const lines = [
    line('lin_1', at, 500),
    line('lin_2', at, 500, { customer_id: 'cus_000004' }),
    line('lin_3', at, 1200, { rule: { ...rule, id: 'rul_2', kind: 'first_order' }, order_no: 'A-1001' }),
    line('lin_4', at, -500, { reverses: 'lin_1' }),
  ];
  return { clerk_id: clerk.id, awards: 3, reversals: 1, amount: yuan(1700), lines };
}

function signUp(call: Call): Reply {
  const { phone = '', name = null } = (call.body ?? {}) as { phone?: string; name?: string | null };
  const digits = phone.replace(/\D/g, '');
  if (digits.length < 8) {
    const detail = 'a phone number';
    return problem(422, 'invalid_request', { errors: [{ pointer: '/phone', code: 'out_of_range', detail }] });
  }
  if (digits.endsWith('0000')) return { status: 201, body: { customer_id: null, was_known: true } };
  const known = signedUp.get(digits);
  if (known) return { status: 201, body: { customer_id: known.id, was_known: true } };
  const [template] = customers;
  if (!template) return problem(500, 'internal');
  const identifiers = [{ type: 'phone' as const, value: digits }];
  const row: CustomerRow = { ...template.row, display_name: name, identifiers };
  signedUp.set(digits, row);
  today.unshift({ at: iso(Date.now()), customer: row });
  return { status: 201, body: { customer_id: row.id, was_known: false } };
}

export const CLERK_ROUTES: Route[] = [
  [
    'GET',
    /^\/clerk$/,
    (call) => {
      if (call.cookies.mock === 'no_clerk') return problem(404, 'not_found');
      const store_name = call.cookies.mock === 'no_store' ? null : '南京路店';
      return { body: { clerk, store_name, sign_ups_today: today.length, today, codes: store_name ? [code] : [] } };
    },
  ],
  ['GET', /^\/clerk\/statement$/, (call) => ({ body: statement(call.query.get('from') ?? '2026-11-01') })],
  ['POST', /^\/sign-ups$/, signUp],
];
