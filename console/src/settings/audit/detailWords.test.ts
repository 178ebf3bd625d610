import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFmt } from '@/shared/fmt';
import { en } from '@/shared/i18n/en';
import { zh } from '@/shared/i18n/zh';
import { detailWords } from './detailWords';

const nameOf = (id: string) => ({ usr_1: 'Ann Lee' })[id] ?? id;
const inEnglish = (detail: Record<string, unknown>) =>
  detailWords(detail, { t: en, fmt: createFmt('en', 'UTC'), nameOf });
const inChinese = (detail: Record<string, unknown>) =>
  detailWords(detail, { t: zh, fmt: createFmt('zh-CN', 'UTC'), nameOf });

/** The sources of the server: what it writes into the log stands there and nowhere else. */
function serverSources(): string[] {
  return readdirSync('../crates/app/src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.rs'))
    .map((path) => readFileSync(`../crates/app/src/${path}`, 'utf8'));
}

describe('words of the audit log', () => {
  it('exist for every action that the server writes down', () => {
    const actions = serverSources().flatMap((source) =>
      [...source.matchAll(/audit::append\([^;]*?"([a-z_]+\.[a-z_]+)"/g)].map(([, action]) => action),
    );
    expect(new Set(actions).size).toBeGreaterThan(10);
    for (const texts of [zh.audit.actions, en.audit.actions])
      expect(Object.keys(texts)).toEqual(expect.arrayContaining(actions));
  });

  it('exist for every condition of an export', () => {
    const query = readFileSync('../crates/app/src/customers/query.rs', 'utf8');
    const names = query.slice(query.indexOf('fn condition_names'));
    const conditions = [...names.matchAll(/^ {12}\("(\w+)",/gm)].map(([, name]) => name);
    expect(conditions.length).toBeGreaterThan(10);
    expect(Object.keys(zh.audit.conditions).sort()).toEqual(conditions.sort());
  });

  it('tell what was exported, and which conditions it had', () => {
    expect(inEnglish({ customers: 1860, conditions: [] })).toEqual(['1,860 customers', 'no filter']);
    expect(inEnglish({ customers: 1, conditions: ['group', 'min'] })).toEqual([
      '1 customer',
      'filtered by group and min',
    ]);
    expect(inChinese({ customers: 1860, conditions: ['group', 'orders'] })).toEqual([
      '1,860 位客户',
      '筛选条件：分层和订单数',
    ]);
  });

  it('tell of a change of points by hand what it was and what it led to', () => {
    const detail = {
      wallet: 'points',
      entry: 'pts_7k2m9qx4-5',
      reason: 'goodwill',
      reference: 'ticket 7',
      amount: -50,
      balance: { from: 120, to: 70 },
    };
    expect(inChinese(detail)).toEqual([
      '账户类型：points',
      'goodwill',
      '依据：ticket 7',
      '数量：-50',
      '余额：120 → 70',
    ]);
    expect(inEnglish(detail)).toHaveLength(5);
  });

  it('tell which stages a layer has, and which of them were changed', () => {
    const detail = {
      version: 2,
      stages: ['life_new', 'life_rest'],
      changed: { life_new: { name: 'New' } },
      more_changed: 3,
    };
    expect(inChinese(detail)).toEqual(['第 2 版', '阶段：life_new和life_rest', '改动：life_new', '另有 3 个阶段']);
  });

  it('tell whom a file names, and what was refused', () => {
    expect(inEnglish({ customers: 2, conditions: [], naming: 'masked' })).toEqual([
      '2 customers',
      'no filter',
      'masked',
    ]);
    expect(inChinese({ right: 'customers.export', customers: 5000 })).toEqual(['缺少权限：导出客户', '5,000 位客户']);
    expect(inEnglish({ right: 'privacy.manage', route: '/api/v1/exports/customers/{id}' })).toEqual([
      'Right needed: Erase people, take out their data',
      'Route: /api/v1/exports/customers/{id}',
    ]);
  });

  it('tell how often somebody was refused beyond the entry of the minute before, and who looks after a ticket', () => {
    expect(inEnglish({ right: 'customers.export', more: 37 })).toEqual([
      'Right needed: Export customers',
      '37 more times',
    ]);
    expect(inChinese({ more: 1200 })).toEqual(['之后又有 1,200 次']);
    expect(inEnglish({ user: { from: null, to: 'usr_1' } })).toEqual(['person: none → Ann Lee']);
    expect(inEnglish({ user: { from: 'usr_1', to: null } })).toEqual(['person: Ann Lee → none']);
  });

  it('tell changes of people with what was before', () => {
    expect(inEnglish({ role: 'clerk' })).toEqual(['Role: Clerk']);
    expect(
      inEnglish({
        name_changed: true,
        role: { from: 'analyst', to: 'operator' },
        status: { from: 'active', to: 'disabled' },
      }),
    ).toEqual(['name changed', 'Role: Analyst → Operator', 'Status: active → disabled']);
    expect(inChinese({ role: { from: 'analyst', to: 'operator' } })).toEqual(['角色：分析 → 运营']);
  });

  it('tell how long a token is valid, and why it was revoked', () => {
    expect(inEnglish({ role: 'analyst', expires_in_days: 365 })).toEqual(['Role: Analyst', 'valid for 365 days']);
    expect(inEnglish({ expires_in_days: null })).toEqual(['does not expire']);
    expect(inEnglish({ because: 'user_disabled', user: 'usr_1' })).toEqual([
      'because its maker was disabled',
      'person: Ann Lee',
    ]);
  });

  it('name the settings that were changed', () => {
    expect(inChinese({ version: 4, changed: ['margin_basis_points', 'horizon_days'] })).toEqual([
      '第 4 版',
      '改动：毛利率 %和预测期（天）',
    ]);
    expect(inEnglish({ changed: ['currency'], currency: 'GBP' })).toEqual(['changed: Currency', 'Currency: GBP']);
  });

  it('tell how many codes were made, of what, and what was claimed', () => {
    expect(inChinese({ codes: 1200 })).toEqual(['1,200 个码']);
    expect(inEnglish({ networks: 1 })).toEqual(['1 network']);
    expect(inEnglish({ sku: 'SKU-A', batch_no: '2401', units: 20_000 })).toEqual([
      'SKU: SKU-A',
      'Batch: 2401',
      '20,000 codes',
    ]);
    expect(inChinese({ fact: 'af6d', serial: 8, reward_name: '积分', reward_amount: 50 })).toEqual([
      '第 8 个包装',
      '奖励：积分',
      '数量：50',
    ]);
  });

  it('tell where stores and clerks went, whom somebody sees, and what was settled', () => {
    expect(inEnglish({ kind: 'region', parent: null })).toEqual(['Region', 'Region above: none']);
    expect(inEnglish({ store: { from: 'plc_1', to: null } })).toEqual(['Store: plc_1 → none']);
    expect(inEnglish({ place: null })).toEqual(['Customers seen: all']);
    expect(inEnglish({ kind: 'sign_up', amount_minor: 500, days: 7, event: 'Unfollowed' })).toEqual(['Sign-up']);
    expect(inEnglish({ until: '2026-11-01T00:00:00Z' })).toEqual(['Settled through: 2026-10-31']);
  });

  it('tell imports, languages and links', () => {
    expect(inEnglish({ kind: 'orders', files: 2, dry_run: true })).toEqual(['Orders', '2 files', 'dry run']);
    expect(inChinese({ kind: 'customers', files: 1, dry_run: false })).toEqual(['客户资料', '1 个文件']);
    expect(inEnglish({ locale: null })).toEqual(['Language: that of the brand']);
    expect(inEnglish({ locale: 'zh-CN' })).toEqual(['Language: 中文']);
    expect(inEnglish({ password_removed: true })).toEqual(['the former password no longer works']);
  });

  it('tell what a source is, and how long its earlier key still works', () => {
    expect(inEnglish({ kind: 'website', user_id_type: 'member_no', rate_limit: 1000 })).toEqual([
      'Website',
      'What userId is: The member number',
      'Rate limit: 1,000 a second',
    ]);
    expect(inChinese({ changed: ['rate_limit', 'name'] })).toEqual(['改动：限速（条/秒）和名称']);
    expect(inEnglish({ earlier_key_valid_seconds: 86400 })).toEqual(['The old key still works for: 1 day']);
    expect(inChinese({ earlier_key_valid_seconds: 5400 })).toEqual(['旧密钥继续有效：1 小时 30 分']);
  });

  it('tell what became of a plan, of what was held, and of a customer', () => {
    expect(inChinese({ draft_changed: true, mode: { from: 'flag', to: 'quarantine' } })).toEqual([
      '草稿',
      '不合方案的消息怎么办：标记 → 隔离',
    ]);
    expect(inEnglish({ number: 2, events: 7 })).toEqual(['Version 2', '7 events']);
    expect(inEnglish({ days: 30, facts: 12000, events: 7 })).toEqual([
      'The last 30 days',
      '12,000 messages',
      '7 events',
    ]);
    expect(inChinese({ facts: 3, first_id: 4711, last_id: 4713 })).toEqual(['3 条']);
    expect(inEnglish({ merge: 'mrg_1', absorbed: 'cus_7k2m9qx4' })).toEqual(['Is merged in: cus_7k2m9qx4']);
  });

  it('tell what somebody decided, who was erased, and what was sent again', () => {
    expect(inChinese({ consent: 'cns_1', purpose: 'marketing', decision: 'revoked' })).toEqual([
      '用途：marketing',
      '已撤回',
    ]);
    expect(inEnglish({ version: '2026-11', hash: '00' })).toEqual(['version 2026-11']);
    expect(inEnglish({ erasure: 'era_1', profiles: 2 })).toEqual(['Profiles: 2']);
    expect(inEnglish({ withdrawal: 'wdr_1', purpose: 'm', in_time: true })).toEqual(['Purpose: m']);
    expect(inEnglish({ erasure: 'era_1', in_time: false })).toEqual(['overdue']);
    expect(inChinese({ event_types: ['order.created', 'order.refunded'] })).toEqual(['订单新增和订单退款']);
    expect(inEnglish({ reason: 'by_hand' })).toEqual([]);
    expect(inEnglish({ reason: 'failures' })).toEqual(['paused after failures']);
    expect(inEnglish({ earlier_secret_valid_seconds: 86400 })).toEqual(['Sign with the earlier secret for: 1 day']);
    expect(inEnglish({ failed: true, deliveries: 12 })).toEqual(['Given up', 'Messages: 12']);
  });

  it('say nothing where there is nothing to say, and hide nothing that they do not know', () => {
    expect(inEnglish({ password_removed: false })).toEqual([]);
    expect(inEnglish({ toString: 1, because: 'something_new' })).toEqual(['toString: 1', 'something_new']);
  });
});
