import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BrandSettings, ImportRecord, Job, Me, Measure } from '../../src/shared/api/types';
import { AUDIENCE_ROUTES } from './audiences.ts';
import { auditEntries } from './audit.ts';
import { type Call, PROBLEM, problem, type Reply, type Route } from './call.ts';
import { CLERK_ROUTES } from './clerk.ts';
import { CLERKS_ROUTES } from './clerks.ts';
import { CLUSTER_ROUTES } from './clusters.ts';
import { CODE_ROUTES } from './codes.ts';
import { COMMUNITY_ROUTES } from './communities.ts';
import { CONSENT_ROUTES } from './consent.ts';
import { findCustomer, listCustomers, profileOf, selectCustomers, timelineOf } from './customers.ts';
import { FIELD_ROUTES } from './fields.ts';
import { FORM_ROUTES } from './forms.ts';
import { IDENTITY_ROUTES, survivorOf } from './identity.ts';
import {
  advance,
  importRecord,
  type PreviewBody,
  preview,
  RUN_MS,
  type StoredUpload,
  startedImport,
} from './imports.ts';
import { INSIGHT_ROUTES } from './insights.ts';
import { INVENTORY_ROUTES } from './inventory.ts';
import { JOURNEY_ROUTES } from './journey.ts';
import { KEY_CUSTOMER_ROUTES } from './keyCustomers.ts';
import { LAYER_ROUTES } from './layers.ts';
import { MATRIX_ROUTES } from './matrices.ts';
import { PATH_ROUTES } from './paths.ts';
import { PLAN_ROUTES } from './planRoutes.ts';
import { isErased, PRIVACY_ROUTES } from './privacy.ts';
import { REACH_ROUTES } from './reach.ts';
import { RECEIPT_ROUTES } from './receipts.ts';
import { missingRight, RIGHTS, ROLE_RIGHTS } from './rights.ts';
import { SEGMENT_ROUTES } from './segments.ts';
import {
  changeSource,
  createSource,
  detailOf,
  findSource,
  listSources,
  logOf,
  rotateKey,
  updateSource,
} from './sources.ts';
import { STORE_ROUTES } from './stores.ts';
import { TAG_ROUTES } from './tags.ts';
import { TOUCH_POINT_ROUTES } from './touchPoints.ts';
import { UNIT_ROUTES } from './units.ts';
import { USAGE_CARD_ROUTES } from './usageCards.ts';
import { USER_ROUTES } from './users.ts';
import { backtest, cohorts, distribution, emptyOverview, newerOverview, overview, rfm, valueReport } from './value.ts';
import { newestRun, queuedRun } from './valueRun.ts';
import { WEBHOOK_ROUTES } from './webhooks.ts';

let tokens = [
  {
    id: 'tok_1',
    name: 'nightly export',
    role: 'analyst',
    created_at: '2026-03-01T02:00:00Z',
    last_used_at: '2026-11-21T00:05:00Z',
    expires_at: null as string | null,
  },
];
const settings: BrandSettings = {
  brand_name: '晨雾茶铺',
  time_zone: 'Asia/Shanghai',
  currency: 'CNY',
  currency_locked: true,
  currency_exponent: 2,
  margin_basis_points: 4200,
  discount_rate_annual_basis_points: 1000,
  horizon_days: 365,
  current_window_days: 365,
  default_locale: 'zh-CN',
};
const uploads = new Map<string, StoredUpload>();
const imports = new Map<string, ImportRecord & { startedMs?: number }>([
  ['imp_0003', importRecord('imp_0003', 'done', [{ name: 'orders-2026.csv.gz', size_bytes: 6_176_397 }])],
  [
    'imp_0002',
    {
      ...importRecord('imp_0002', 'failed', [{ name: 'orders-broken.csv', size_bytes: 1_204_331 }]),
      created_at: '2026-11-20T09:00:00Z',
    },
  ],
  [
    'imp_0001',
    {
      ...importRecord('imp_0001', 'cancelled', [
        { name: 'members.csv', size_bytes: 88_000 },
        { name: 'members-2.csv', size_bytes: 9_100 },
      ]),
      kind: 'customers',
      created_at: '2026-11-19T09:00:00Z',
    },
  ],
]);
const job = (id: string, name: string, state: Job['state'], error: string | null = null): Job => ({
  id,
  name,
  state,
  attempt: state === 'dead' ? 5 : 1,
  max_attempts: 5,
  run_at: '2026-11-21T02:13:00Z',
  last_error: error,
  created_at: '2026-11-21T02:12:31Z',
});
const jobs: Job[] = [
  job('job_1', 'value_run', 'done'),
  job('job_2', 'compact', 'dead', 'write history part 14: no space left on device'),
  job('job_3', 'import', 'waiting'),
];

/** What the server answers to a file that it cannot work with. */
function refused(code: string, detail: string): Reply {
  return problem(422, 'invalid_request', { detail, errors: [{ pointer: '', code, detail }] });
}

/** States of the made-up server in which nothing has been computed. */
const NO_VALUE = new Set(['empty', 'no_value']);

function me(call: Call): Me {
  const role = (call.cookies.mock_role ?? 'administrator') as Me['role'];
  return {
    id: 'usr_1',
    email: 'lin@example.com',
    name: '林晓岚',
    role,
    rights: [...(ROLE_RIGHTS[role] ?? [])],
    csrf_token: 'csrf_mock',
    must_set_password: call.cookies.mock_session === 'new',
    locale: null,
  };
}

/** Kept in cookies, so that people (and tests) who work side by side do not change each other's. */
function settingsOf(call: Call): { body: BrandSettings; etag: string } {
  if (call.cookies.mock === 'no_currency')
    return { body: { ...settings, currency: null, currency_exponent: null, currency_locked: false }, etag: '"1"' };
  return call.cookies.mock_theirs
    ? { body: { ...settings, horizon_days: 730 }, etag: '"2"' }
    : { body: settings, etag: '"1"' };
}

const session = (value: string) => ({ 'Set-Cookie': `mock_session=${value}; Path=/; SameSite=Lax` });
const runCookie = (run: string) => ({ 'Set-Cookie': `mock_run=${run}; Path=/; SameSite=Lax` });

const ROUTES: Route[] = [
  ['GET', /^\/session$/, (call) => ({ body: me(call) })],
  [
    'POST',
    /^\/session$/,
    (call) => {
      const { email, password } = call.body as { email: string; password: string };
      if (password === 'too many') return { ...problem(429, 'rate_limited'), headers: { 'Retry-After': '30' } };
      if (password.length < 12) return problem(401, 'invalid_credentials');
      return { body: { ...me(call), email, must_set_password: false }, headers: session('ok') };
    },
  ],
  [
    'POST',
    /^\/session\/link$/,
    (call) => {
      if ((call.body as { token: string }).token !== 'good') return problem(401, 'invalid_link');
      return { body: { ...me(call), must_set_password: true }, headers: session('new') };
    },
  ],
  [
    'DELETE',
    /^\/session$/,
    (call) => (call.cookies.mock === 'stuck' ? problem(503, 'busy') : { status: 204, headers: session('none') }),
  ],
  [
    'PUT',
    /^\/session\/password$/,
    (call) => {
      const { current_password, new_password: _, ...rest } = call.body as Record<string, string>;
      if (current_password === 'wrong') {
        const field = { pointer: '/current_password', code: 'wrong', detail: 'the password that is set now' };
        return problem(422, 'invalid_request', { errors: [field] });
      }
      return { body: { ...me(call), ...rest, must_set_password: false }, headers: session('ok') };
    },
  ],
  ['PUT', /^\/session\/preferences$/, (call) => ({ body: { ...me(call), ...(call.body as object) } })],
  [
    'GET',
    /^\/overview$/,
    (call) => ({
      body:
        call.cookies.mock === 'empty'
          ? emptyOverview()
          : call.cookies.mock === 'no_value'
            ? { ...overview(), total_value: null, change: null, groups: [] }
            : call.cookies.mock === 'newer'
              ? newerOverview()
              : overview(),
    }),
  ],
  [
    'GET',
    /^\/customers$/,
    (call) => ({
      body:
        call.cookies.mock === 'empty'
          ? { items: [], next_cursor: null, total: 0, as_of: null }
          : listCustomers(call.query, call.cookies.mock === 'newer'),
    }),
  ],
  [
    'GET',
    /^\/customers\/([^/]+)$/,
    (_, match) => {
      const found = findCustomer(survivorOf(match[1] ?? ''));
      return found ? { body: profileOf(found) } : problem(404, 'not_found');
    },
  ],
  [
    'GET',
    /^\/customers\/([^/]+)\/timeline$/,
    (call, match) => {
      const found = findCustomer(survivorOf(match[1] ?? ''));
      return found ? { body: timelineOf(found, call.query) } : problem(404, 'not_found');
    },
  ],
  [
    'GET',
    /^\/exports\/customers$/,
    (call) => ({
      text: [
        'id,name,orders',
        ...selectCustomers(call.query).map(({ row }) => `${row.id},${row.display_name},${row.orders}`),
      ].join('\n'),
      headers: { 'Content-Disposition': 'attachment; filename="customers.csv"' },
    }),
  ],
  [
    'GET',
    /^\/exports\/masked-customers$/,
    (call) => ({
      text: ['id,orders', ...selectCustomers(call.query).map(({ row }) => `${row.id},${row.orders}`)].join('\n'),
      headers: { 'Content-Disposition': 'attachment; filename="masked-customers.csv"' },
    }),
  ],
  ['GET', /^\/value$/, () => ({ body: valueReport() })],
  ['GET', /^\/value\/rfm$/, () => ({ body: rfm() })],
  [
    'GET',
    /^\/value\/distribution$/,
    (call) => ({ body: distribution((call.query.get('measure') ?? 'lifetime') as Measure) }),
  ],
  ['GET', /^\/value\/cohorts$/, () => ({ body: cohorts() })],
  ['GET', /^\/value\/backtest$/, () => ({ body: backtest() })],
  [
    'POST',
    /^\/value\/runs$/,
    (call) => {
      const run = queuedRun(call.cookies.mock_run, Date.now());
      return { status: 202, body: newestRun(run), headers: runCookie(run) };
    },
  ],
  [
    'GET',
    /^\/value\/runs$/,
    (call) => ({
      body: {
        items: NO_VALUE.has(call.cookies.mock ?? '') ? [] : [newestRun(call.cookies.mock_run)],
        next_cursor: null,
      },
    }),
  ],
  [
    'POST',
    /^\/uploads$/,
    (call) => {
      const upload = { id: `upl_${uploads.size + 1}`, name: call.query.get('name') ?? 'file', size_bytes: call.bytes };
      uploads.set(upload.id, upload);
      return { status: 201, body: upload };
    },
  ],
  [
    'POST',
    /^\/imports\/preview$/,
    (call) => {
      const body = call.body as PreviewBody;
      if (body.options?.encoding?.startsWith('utf-16'))
        return refused('no_header', 'orders.csv: the first row looks like data: put a row of column names above it');
      return { body: preview(body, uploads, call.cookies.mock === 'no_currency' ? null : 'GBP') };
    },
  ],
  [
    'POST',
    /^\/imports$/,
    (call) => {
      const body = call.body as { kind: 'orders' | 'customers'; uploads: string[]; dry_run: boolean };
      const id = `imp_${1000 + imports.size}`;
      const files = body.uploads.map((upload) => ({
        name: uploads.get(upload)?.name ?? upload,
        size_bytes: uploads.get(upload)?.size_bytes ?? 0,
      }));
      const now = Date.now();
      const record = startedImport(id, body.kind, files, now, body.dry_run);
      imports.set(id, record);
      const headers = body.dry_run ? {} : runCookie(queuedRun(call.cookies.mock_run, now + RUN_MS));
      return { status: 202, body: record, headers };
    },
  ],
  [
    'GET',
    /^\/imports$/,
    (call) => {
      const items = [...imports.values()].map(advance).sort((a, b) => b.created_at.localeCompare(a.created_at));
      return { body: { items: call.cookies.mock === 'empty' ? [] : items, next_cursor: null } };
    },
  ],
  [
    'GET',
    /^\/imports\/([^/]+)$/,
    (_, match) => {
      const record = imports.get(match[1] ?? '');
      return record ? { body: advance(record) } : problem(404, 'not_found');
    },
  ],
  [
    'POST',
    /^\/imports\/([^/]+)\/cancel$/,
    (_, match) => {
      const record = imports.get(match[1] ?? '');
      if (!record) return problem(404, 'not_found');
      record.state = 'cancelled';
      return { status: 202, body: record };
    },
  ],
  [
    'GET',
    /^\/imports\/([^/]+)\/rejected$/,
    () => ({
      text: 'row_number,file,field,code,reason\n',
      headers: { 'Content-Disposition': 'attachment; filename="rejected.csv"' },
    }),
  ],
  [
    'GET',
    /^\/settings$/,
    (call) => {
      const { body, etag } = settingsOf(call);
      return { body, headers: { ETag: etag } };
    },
  ],
  [
    'PUT',
    /^\/settings$/,
    (call) => {
      // Somebody else was faster, once: who comes back with their version is let through.
      const overtaken = call.cookies.mock === 'conflict' && !call.cookies.mock_theirs;
      const stale = call.headers['if-match'] !== settingsOf(call).etag;
      if (overtaken || stale)
        return {
          ...problem(412, 'precondition_failed'),
          headers: { ...PROBLEM, ...(overtaken ? { 'Set-Cookie': 'mock_theirs=1; Path=/; SameSite=Lax' } : {}) },
        };
      const run = runCookie(queuedRun(call.cookies.mock_run, Date.now()));
      const { body, etag } = settingsOf(call);
      return { body: { ...body, ...(call.body as object) }, headers: { ETag: etag, ...run } };
    },
  ],
  ['GET', /^\/tokens$/, () => ({ body: { items: tokens } })],
  [
    'POST',
    /^\/tokens$/,
    (call) => ({
      status: 201,
      body: { ...tokens[0], ...(call.body as object), id: 'tok_2', token: 'pat_mock_0123456789abcdefghjkmnpqrstvwxyz' },
    }),
  ],
  [
    'DELETE',
    /^\/tokens\/([^/]+)$/,
    (_, match) => {
      tokens = tokens.filter((token) => token.id !== match[1]);
      return { status: 204 };
    },
  ],
  [
    'GET',
    /^\/roles$/,
    () => ({
      body: {
        roles: Object.entries(ROLE_RIGHTS).map(([role, rights]) => ({ role, rights })),
        rights: RIGHTS.map((right) => ({ right, description: right })),
      },
    }),
  ],
  [
    'GET',
    /^\/jobs$/,
    (call) => ({
      body: {
        items: jobs.filter((one) => !call.query.get('state') || one.state === call.query.get('state')),
        next_cursor: null,
      },
    }),
  ],
  [
    'POST',
    /^\/jobs\/([^/]+)\/retry$/,
    (_, match) => ({ status: 202, body: { ...jobs.find((one) => one.id === match[1]), state: 'waiting' } }),
  ],
  ['GET', /^\/sources$/, (call) => ({ body: { items: call.cookies.mock === 'empty' ? [] : listSources() } })],
  [
    'POST',
    /^\/sources$/,
    (call) => {
      const body = call.body as { name: string };
      // What the server refuses and the form does not.
      const field = { pointer: '/name', code: 'out_of_range', detail: '1 to 100 characters' };
      if (body.name === 'refused') return problem(422, 'invalid_request', { errors: [field] });
      return { status: 201, body: createSource(body, call.cookies.mock === 'silent') };
    },
  ],
  [
    'GET',
    /^\/sources\/([^/]+)$/,
    (_, match) => {
      const found = findSource(match[1] ?? '');
      if (!found) return problem(404, 'not_found');
      return { body: detailOf(found), headers: { ETag: `"${found.source.version}"` } };
    },
  ],
  [
    'PUT',
    /^\/sources\/([^/]+)$/,
    (call, match) => {
      const found = findSource(match[1] ?? '');
      if (!found) return problem(404, 'not_found');
      if (call.headers['if-match'] !== `"${found.source.version}"`) return problem(412, 'precondition_failed');
      return { body: updateSource(found, call.body as { name: string }) };
    },
  ],
  [
    'GET',
    /^\/sources\/([^/]+)\/debugger$/,
    (call, match) => {
      const found = findSource(match[1] ?? '');
      return found ? { body: logOf(found, call.query) } : problem(404, 'not_found');
    },
  ],
  [
    'POST',
    /^\/sources\/([^/]+)\/(pause|resume)$/,
    (_, match) => {
      const found = findSource(match[1] ?? '');
      if (!found) return problem(404, 'not_found');
      return { body: changeSource(found, { state: match[2] === 'pause' ? 'paused' : 'active' }) };
    },
  ],
  [
    'POST',
    /^\/sources\/([^/]+)\/write-key$/,
    (call, match) => {
      const found = findSource(match[1] ?? '');
      if (!found) return problem(404, 'not_found');
      const { earlier_key_valid_seconds: seconds } = call.body as { earlier_key_valid_seconds?: number };
      return { body: rotateKey(found, seconds ?? 86_400) };
    },
  ],
  ['GET', /^\/audit$/, () => ({ body: { items: auditEntries(), next_cursor: null } })],
  [
    'GET',
    /^\/system$/,
    () => ({
      body: {
        version: '0.1.0',
        store: 'sqlite',
        data_dir_bytes: 184_320_000,
        history: { facts: 443_147, files: 64, bytes: 21_480_000, version: 12 },
        started_at: '2026-11-20T22:00:00Z',
      },
    }),
  ],
];

const FURTHER_ROUTES = [
  ...CONSENT_ROUTES,
  ...TAG_ROUTES,
  ...FIELD_ROUTES,
  ...JOURNEY_ROUTES,
  ...PRIVACY_ROUTES,
  ...WEBHOOK_ROUTES,
  ...TOUCH_POINT_ROUTES,
  ...CODE_ROUTES,
  ...FORM_ROUTES,
  ...UNIT_ROUTES,
  ...USER_ROUTES,
  ...STORE_ROUTES,
  ...CLERKS_ROUTES,
  ...USAGE_CARD_ROUTES,
  ...INVENTORY_ROUTES,
  ...REACH_ROUTES,
  ...PATH_ROUTES,
  ...RECEIPT_ROUTES,
  ...COMMUNITY_ROUTES,
  ...SEGMENT_ROUTES,
  ...KEY_CUSTOMER_ROUTES,
  ...LAYER_ROUTES,
  ...MATRIX_ROUTES,
  ...CLUSTER_ROUTES,
  ...AUDIENCE_ROUTES,
  ...INSIGHT_ROUTES,
];

function answer(call: Call): Reply {
  const open = call.path.startsWith('/session') && call.method !== 'GET';
  if (call.cookies.mock_session === 'none' && !open) return problem(401, 'unauthenticated');
  if (call.cookies.mock_fail && call.path.startsWith(call.cookies.mock_fail)) return problem(500, 'internal');
  const right = missingRight(me(call).role, call.method, call.path);
  if (right) return problem(403, 'forbidden', { right });
  const asksForValue = call.method === 'GET' && call.path.startsWith('/value') && call.path !== '/value/runs';
  if (asksForValue && NO_VALUE.has(call.cookies.mock ?? '')) return problem(404, 'no_value_run');
  if (call.cookies.mock === 'no_backtest' && call.path === '/value/backtest') return problem(404, 'no_backtest');
  if (isErased(/^\/customers\/([^/]+)/.exec(call.path)?.[1] ?? '')) return problem(404, 'not_found');
  for (const [method, pattern, handle] of [
    ...ROUTES,
    ...PLAN_ROUTES,
    ...IDENTITY_ROUTES,
    ...CLERK_ROUTES,
    ...FURTHER_ROUTES,
  ]) {
    const match = method === call.method ? call.path.match(pattern) : null;
    if (match) return handle(call, match);
  }
  return problem(404, 'not_found');
}

function cookiesOf(header: string | undefined): Record<string, string> {
  return Object.fromEntries(
    (header ?? '')
      .split('; ')
      .filter(Boolean)
      .map((pair) => [pair.slice(0, pair.indexOf('=')), decodeURIComponent(pair.slice(pair.indexOf('=') + 1))]),
  );
}

export function handleApi(request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://mock');
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const raw = Buffer.concat(chunks);
    const isJson = (request.headers['content-type'] ?? '').includes('json');
    const call: Call = {
      method: request.method ?? 'GET',
      path: url.pathname.replace('/api/v1', ''),
      query: url.searchParams,
      body: isJson && raw.length > 0 ? JSON.parse(raw.toString('utf8')) : {},
      headers: request.headers,
      cookies: cookiesOf(request.headers.cookie),
      bytes: raw.length,
    };
    const reply = answer(call);
    response.statusCode = reply.status ?? 200;
    if (reply.text !== undefined) response.setHeader('Content-Type', 'text/csv; charset=utf-8');
    else response.setHeader('Content-Type', 'application/json');
    for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
    response.end(reply.text ?? (reply.body === undefined ? '' : JSON.stringify(reply.body)));
  });
}
