import type { Consent, ConsentState, CustomerConsents, NewConsent, Purpose, Withdrawal } from '../../src/consent/types';
import { type Call, problem, type Reply, type Route, refusedByVersion } from './call.ts';
import { customers, iso } from './data.ts';
import { survivorOf } from './identity.ts';

const HOUR_MS = 3_600_000;
/** A worker needs a moment. */
const WITHDRAWAL_MS = 3000;

const text = (version: string, words: string, at: string) => ({
  version,
  locale: 'zh-CN',
  text: words,
  hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  published_by: '林晓岚',
  published_at: at,
});

const purpose = (code: string, name: string, more: Partial<Purpose> = {}): Purpose => ({
  code,
  name,
  description: '',
  channels: [],
  collects: { traits: [], identifiers: [], sources: [] } as unknown as Purpose['collects'],
  created_by: '林晓岚',
  created_at: '2026-03-02T02:00:00Z',
  version: 1,
  texts: [],
  ...more,
});

const purposes: Purpose[] = [
  purpose('marketing', '营销消息', {
    description: '新品与优惠，每月不超过四次。',
    channels: ['sms', 'email', 'push'],
    texts: [
      text('2', '我同意晨雾茶铺通过短信、邮件和推送向我发送新品与优惠信息，可随时撤回。', '2026-06-01T02:00:00Z'),
      text('1', '我同意接收晨雾茶铺的营销信息。', '2026-03-02T02:00:00Z'),
    ],
  }),
  purpose('wechat.profile', '微信资料', {
    collects: {
      traits: ['nickname', 'avatar'],
      identifiers: ['open_id', 'union_id'],
      sources: ['src_0003'],
    } as unknown as Purpose['collects'],
    texts: [text('1', '我同意晨雾茶铺获取我的微信头像与昵称。', '2026-03-02T02:00:00Z')],
  }),
  purpose('membership', '会员服务'),
];

const consents: (Consent & { of: string })[] = [];
const withdrawals: (Withdrawal & { of: string; begunMs: number })[] = [];
let serial = 0;

function said(of: string, code: string, decision: string, at: string, more: Partial<Consent> = {}) {
  serial += 1;
  consents.push({
    of,
    id: `c${String(serial).padStart(4, '0')}`,
    profile: of,
    purpose: code,
    channel: null,
    decision,
    is_explicit: true,
    at,
    recorded_at: at,
    source: 'src_0001',
    text_version: null,
    text_hash: null,
    evidence: { message_id: `msg-${serial}`, event: 'Consent Given', channel: 'browser', locale: 'zh-CN' },
    ...more,
  });
}

const HASH = { text_version: '2', text_hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' };

/** Those whose number ends with 0 or 5 have decided much, others nothing. */
for (const { row, number } of customers.filter((one) => one.number % 5 === 0)) {
  const { id } = row;
  said(id, 'marketing', 'granted', '2026-06-11T03:20:00Z', { ...HASH });
  said(id, 'marketing', 'revoked', '2026-10-02T10:41:00Z', {
    channel: 'sms',
    source: 'perennial',
    evidence: {
      event: 'Consent Revoked',
      properties: { recorded_by: { kind: 'user', name: '林晓岚' }, note: '来电 13812345678，工单 2026-114' },
    },
  });
  said(id, 'wechat.profile', 'granted', '2026-06-11T03:21:00Z', { source: 'src_0003', text_version: '1' });
  if (number % 2 === 1) said(id, 'C0002', 'denied', '2026-07-01T08:00:00Z', { is_explicit: false });
}

const consentOf = ({ of: _, ...consent }: Consent & { of: string }): Consent => consent;

/** What holds: the newest for each channel, where a decision about all channels counts for each. */
function statesOf(history: Consent[]): ConsentState[] {
  const keys = new Map(history.map(({ purpose: code, channel }) => [`${code} ${channel}`, { code, channel }]));
  return [...keys.values()].flatMap(({ code, channel }) => {
    const by = history.find((one) => one.purpose === code && (one.channel === channel || one.channel === null));
    return by ? [{ purpose: code, channel, decision: by.decision, by }] : [];
  });
}

function withdrawalOf({ of: _, begunMs, ...withdrawal }: Withdrawal & { of: string; begunMs: number }): Withdrawal {
  const end = begunMs + WITHDRAWAL_MS;
  const done = Date.now() > end;
  return { ...withdrawal, finished_at: done ? iso(end) : null, removed: done ? { identifiers: 2, traits: 2 } : {} };
}

function consentsOf(id: string): CustomerConsents {
  const history = consents
    .filter(({ of }) => of === id)
    .map(consentOf)
    .sort((a, b) => b.at.localeCompare(a.at) || b.id.localeCompare(a.id));
  return {
    customer: id,
    states: statesOf(history),
    history,
    withdrawals: withdrawals.filter(({ of }) => of === id).map(withdrawalOf),
  };
}

function record(call: Call): Reply {
  const body = call.body as NewConsent;
  const id = survivorOf(body.customer);
  const field = { pointer: '/note', code: 'malformed', detail: 'at most 1000 characters' };
  if (body.note === 'refused') return problem(422, 'invalid_request', { errors: [field] });
  const now = Date.now();
  for (const channel of body.channels ?? [null])
    said(id, body.purpose, body.decision, body.at ?? iso(now), {
      channel,
      source: 'perennial',
      text_version: body.text_version,
      evidence: {
        event: body.decision === 'granted' ? 'Consent Given' : 'Consent Revoked',
        properties: { recorded_by: { kind: 'user', name: '林晓岚' }, note: body.note },
      },
    });
  const own = purposes.find(({ code }) => code === body.purpose);
  const collects = (own?.collects.identifiers?.length ?? 0) + (own?.collects.traits?.length ?? 0) > 0;
  const nothing = !consentsOf(id).states.some((one) => one.purpose === body.purpose && one.decision === 'granted');
  if (body.decision !== 'granted' && collects && nothing)
    withdrawals.unshift({
      of: id,
      begunMs: now,
      id: `wdr_${now}`,
      profile: id,
      purpose: body.purpose,
      revoked_at: iso(now),
      deadline_at: iso(now + 24 * HOUR_MS),
      finished_at: null,
      is_overdue: false,
      removed: {},
    });
  return { status: 201, body: { id: 'cns_0001', customer: id, at: iso(now) } };
}

function put(call: Call, code: string): Reply {
  const settings = call.body as Partial<Purpose>;
  const found = purposes.find((one) => one.code === code);
  const refused = refusedByVersion(call, found?.version);
  if (refused) return refused;
  if (found) return { body: Object.assign(found, settings, { version: found.version + 1 }) };
  const made = purpose(code, settings.name ?? code, settings);
  purposes.push(made);
  purposes.sort((a, b) => a.code.localeCompare(b.code));
  return { body: made };
}

function publish(call: Call, code: string): Reply {
  const found = purposes.find((one) => one.code === code);
  if (!found) return problem(404, 'not_found');
  const body = call.body as { version: string; locale: string; text: string };
  if (found.texts.some(({ version }) => version === body.version))
    return problem(409, 'conflict', { detail: 'there is a text of that version' });
  const made = { ...text(body.version, body.text, iso(Date.now())), locale: body.locale };
  found.texts = [made, ...found.texts];
  return { status: 201, body: made };
}

export const CONSENT_ROUTES: Route[] = [
  ['GET', /^\/consent-purposes$/, (call) => ({ body: { items: call.cookies.mock === 'empty' ? [] : purposes } })],
  ['PUT', /^\/consent-purposes\/([^/]+)$/, (call, match) => put(call, decodeURIComponent(match[1] ?? ''))],
  ['POST', /^\/consent-purposes\/([^/]+)\/texts$/, (call, match) => publish(call, decodeURIComponent(match[1] ?? ''))],
  ['POST', /^\/consents$/, record],
  ['GET', /^\/customers\/([^/]+)\/consents$/, (_, match) => ({ body: consentsOf(survivorOf(match[1] ?? '')) })],
];
