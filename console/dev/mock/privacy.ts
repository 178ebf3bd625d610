import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { Erasure, Receipt } from '../../src/privacy/types';
import { type Call, problem, type Reply, type Route } from './call.ts';
import { iso } from './data.ts';
import { profilesOf, survivorOf } from './identity.ts';

const HOUR_MS = 3_600_000;
/** A worker needs a moment. */
const ERASURE_MS = 3000;

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
/** The raw key is the end of its wrapping. */
const PUBLIC_KEY = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
const keyId = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 16);

/** The same text for the same content. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, of]) => `${JSON.stringify(name)}:${canonical(of)}`).join(',')}}`;
}

function receiptOf(erasure: Erasure): Receipt {
  const content = {
    form: 'perennial.erasure/1',
    erasure: erasure.id,
    customer: erasure.customer,
    finished_at: erasure.finished_at,
    reason: erasure.reason,
    removed: erasure.removed,
  };
  const bytes = Buffer.from(canonical(content));
  return {
    content,
    hash: createHash('sha256').update(bytes).digest('hex'),
    signature: sign(null, bytes, privateKey).toString('base64'),
    public_key: PUBLIC_KEY,
    key_id: keyId(PUBLIC_KEY),
    algorithm: 'ed25519',
  };
}

const FIRST = { customers: 1, profiles: 1, identifiers: 4, traits: 6, consents: 3, values: 1, activity: 1 };
const ALL = { ...FIRST, history_facts: 214, journal_facts: 2, webhook_events: 9, source_log_entries: 12, uploads: 1 };

const erasure = (id: string, customer: string, atMs: number, more: Partial<Erasure> = {}): Erasure => ({
  id,
  state: 'running',
  customer,
  profiles: [customer],
  reason: `request ${id.slice(-4)}`,
  requested_by: '林晓岚',
  requested_at: iso(atMs),
  deadline_at: iso(atMs + 24 * HOUR_MS),
  finished_at: null,
  is_overdue: false,
  waits_for: null,
  back_since: null,
  removed: FIRST,
  receipt: null,
  ...more,
});

function done(one: Erasure, endMs: number, more: Partial<Erasure> = {}): Erasure {
  const ended: Erasure = { ...one, state: 'done', finished_at: iso(endMs), removed: ALL, waits_for: null, ...more };
  return { ...ended, receipt: receiptOf(ended) };
}

const DAY = (day: number) => Date.UTC(2026, 10, day, 2, 11);
const stored: Erasure[] = [
  erasure('era_0003', 'cus_009003', DAY(20), { waits_for: 'imp_0003', profiles: ['cus_009003', 'cus_009013'] }),
  erasure('era_0004', 'cus_009004', DAY(18), { is_overdue: true }),
  done(erasure('era_0002', 'cus_009002', DAY(12)), DAY(14), { is_overdue: true }),
  done(erasure('era_0001', 'cus_009001', DAY(4)), DAY(4) + 90_000, { back_since: iso(DAY(16)) }),
];
/** Those that were begun here, with their time: they come to an end. */
const begun = new Map<string, number>();

function current(one: Erasure): Erasure {
  const at = begun.get(one.id);
  return at !== undefined && Date.now() > at + ERASURE_MS ? done(one, at + ERASURE_MS) : one;
}

/** Nobody finds them any more. */
export function isErased(id: string): boolean {
  return stored.some(({ customer, profiles }) => customer === id || profiles.includes(id));
}

function begin(call: Call, id: string): Reply {
  const customer = survivorOf(id);
  const { reason } = call.body as { reason: string };
  const field = { pointer: '/reason', code: 'malformed', detail: '1 to 500 characters' };
  if (reason === 'refused') return problem(422, 'invalid_request', { errors: [field] });
  const now = Date.now();
  const made = erasure(`era_${now}`, customer, now, { reason, profiles: profilesOf(customer) });
  stored.unshift(made);
  begun.set(made.id, now);
  return { status: 202, body: made };
}

function look(call: Call): Reply {
  const { receipt, public_key } = call.body as { receipt: Record<string, unknown>; public_key: string | null };
  const content = receipt.content as Record<string, unknown> | undefined;
  const bytes = Buffer.from(canonical(content));
  const key = String(receipt.public_key ?? '');
  const signature = Buffer.from(String(receipt.signature ?? ''), 'base64');
  const is_hash_right = createHash('sha256').update(bytes).digest('hex') === receipt.hash;
  const raw = Buffer.from(key, 'base64');
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]);
  const is_signature_right =
    raw.length === 32 && verify(null, bytes, createPublicKey({ key: der, type: 'spki', format: 'der' }), signature);
  const is_key_known = key === (public_key ?? PUBLIC_KEY);
  return {
    body: {
      is_valid: is_hash_right && is_signature_right && is_key_known,
      is_hash_right,
      is_signature_right,
      is_key_known,
      key_id: keyId(key),
      erasure: content?.erasure ?? null,
      customer: content?.customer ?? null,
    },
  };
}

const RECORDS = 400;

/** `mock=cut`: it breaks off, as where a disk fails. */
function everythingAbout(call: Call, id: string): Reply {
  const lines = Array.from({ length: RECORDS }, (_, index) =>
    JSON.stringify({ record: index === 0 ? 'person' : 'order', id, number: index }),
  );
  const end = JSON.stringify({ record: 'end', records: { person: 1, order: RECORDS - 1 } });
  return {
    text: `${[...lines, ...(call.cookies.mock === 'cut' ? [] : [end])].join('\n')}\n`,
    headers: {
      'Content-Type': 'application/x-ndjson',
      'Content-Disposition': `attachment; filename="${id}.jsonl"`,
    },
  };
}

export const PRIVACY_ROUTES: Route[] = [
  ['POST', /^\/customers\/([^/]+)\/erasure$/, (call, match) => begin(call, match[1] ?? '')],
  ['GET', /^\/exports\/customers\/([^/]+)$/, (call, match) => everythingAbout(call, match[1] ?? '')],
  ['POST', /^\/erasures\/verify$/, look],
  [
    'GET',
    /^\/erasures$/,
    (call) => ({ body: { items: call.cookies.mock === 'empty' ? [] : stored.map(current), next_cursor: null } }),
  ],
  [
    'GET',
    /^\/erasures\/([^/]+)$/,
    (_, match) => {
      const found = stored.find(({ id }) => id === match[1]);
      return found ? { body: current(found) } : problem(404, 'not_found');
    },
  ],
];
