import type { Receipt, ReceiptSettings } from '../../src/receipts/api';
import { type Call, problem, type Reply, type Route } from './call.ts';
import { iso } from './data.ts';

const HOUR_MS = 3_600_000;
const began = Date.now();
const STATES = ['open', 'claimed', 'expired', 'claimed'];

const receipts: Receipt[] = Array.from({ length: 64 }, (_, place) => {
  const state = STATES[place % STATES.length] ?? 'open';
  const created = began - (state === 'expired' ? 30 : 1) * HOUR_MS - place * 20 * 60_000;
  const isErased = place === 5;
  return {
    id: `rcp_${String(place + 1).padStart(4, '0')}`,
    source: 'src_0002',
    order_no: isErased ? '' : `R-${String(2_400 - place)}`,
    amount: { minor: isErased ? 0 : 26_800 - 100 * place, currency: 'CNY', exponent: 2 },
    store: place % 2 === 0 ? 'S12' : 'S15',
    clerk: place % 3 === 0 ? null : '7K3M9XQ2',
    ordered_at: iso(created - 60_000),
    created_at: iso(created),
    expires_at: iso(created + 24 * HOUR_MS),
    state,
    claimed_at: state === 'claimed' ? iso(created + HOUR_MS / 2) : null,
    customer_id: state === 'claimed' && !isErased ? `cus_${String((place % 40) + 1).padStart(6, '0')}` : null,
  };
});

let settings: ReceiptSettings = { valid_hours: 24, consents: [], version: 0 };

function list(call: Call): Reply {
  const state = call.query.get('state');
  const isEmpty = call.cookies.mock === 'empty';
  const found = isEmpty ? [] : receipts.filter((one) => state === null || one.state === state);
  const start = Number(call.query.get('cursor') ?? 0);
  const limit = Number(call.query.get('limit') ?? 50);
  const next = start + limit < found.length ? String(start + limit) : null;
  return { body: { items: found.slice(start, start + limit), next_cursor: next } };
}

function put(call: Call): Reply {
  if (call.headers['if-match'] !== `"${settings.version}"`) return problem(412, 'precondition_failed');
  settings = { ...(call.body as Omit<ReceiptSettings, 'version'>), version: settings.version + 1 };
  return { body: settings };
}

export const RECEIPT_ROUTES: Route[] = [
  ['GET', /^\/receipts$/, list],
  ['GET', /^\/receipt-settings$/, () => ({ body: settings })],
  ['PUT', /^\/receipt-settings$/, put],
];
