import type { AuditEntry } from '../../src/shared/api/types';

const LIN = { kind: 'user', id: 'usr_1', name: '林晓岚' } as const;
const CLI = { kind: 'system', id: 'cli', name: 'cli' } as const;

/** One of everything that the server writes down. */
const WRITTEN: [actor: AuditEntry['actor'], action: string, subject: string, detail: Record<string, unknown>][] = [
  [LIN, 'import.created', 'imp_0003', { kind: 'orders', files: 1, dry_run: true }],
  [LIN, 'source.created', 'src_0001', { kind: 'website', user_id_type: 'customer_id', rate_limit: 1000 }],
  [LIN, 'consent.recorded', 'cus_000005', { consent: 'cns_0001', purpose: 'marketing', decision: 'revoked' }],
  [LIN, 'consent.text_published', 'marketing', { version: '2', hash: '9f86d081884c7d65' }],
  [LIN, 'customer.erased', 'cus_009003', { erasure: 'era_0003', profiles: 2 }],
  [LIN, 'webhook.created', 'whk_0001', { event_types: ['order.created', 'order.refunded'] }],
  [LIN, 'webhook.replayed', 'whk_0001', { failed: true, deliveries: 6 }],
  [LIN, 'source.write_key_rotated', 'src_0002', { earlier_key_valid_seconds: 86400 }],
  [LIN, 'value.run_requested', 'run_0007', {}],
  [
    { kind: 'token', id: 'tok_1', name: 'nightly export' },
    'customers.exported',
    'customers',
    { customers: 1860, conditions: ['group', 'orders', 'last_purchase'], naming: 'number' },
  ],
  [
    { kind: 'user', id: 'usr_4', name: '周雨桐' },
    'customers.export_refused',
    'customers',
    { right: 'customers.export', customers: 5000, conditions: [] },
  ],
  [
    { kind: 'token', id: 'tok_1', name: 'nightly export' },
    'customers.export_refused',
    'customers',
    { right: 'privacy.manage', route: '/api/v1/exports/customers/{id}' },
  ],
  [LIN, 'settings.updated', 'settings', { version: 4, changed: ['margin_basis_points', 'horizon_days'] }],
  [
    LIN,
    'user.updated',
    'usr_3',
    { role: { from: 'analyst', to: 'operator' }, status: { from: 'active', to: 'disabled' } },
  ],
  [LIN, 'token.revoked', 'tok_0', { because: 'user_disabled', user: 'usr_3' }],
  [LIN, 'token.created', 'tok_1', { role: 'analyst', expires_in_days: null }],
  [LIN, 'job.retried', 'job_2', {}],
  [LIN, 'import.cancelled', 'imp_0001', {}],
  [LIN, 'user.created', 'usr_2', { role: 'analyst' }],
  [LIN, 'sign_in_link.created', 'usr_2', {}],
  [LIN, 'user.preferences_set', 'usr_1', { locale: 'zh-CN' }],
  [LIN, 'user.signed_in', 'usr_1', {}],
  [LIN, 'user.password_set', 'usr_1', {}],
  [LIN, 'user.signed_in_by_link', 'usr_1', { password_removed: true }],
  [CLI, 'settings.updated', 'settings', { changed: ['currency'], currency: 'CNY' }],
  [CLI, 'user.created', 'usr_1', { role: 'administrator' }],
];

export function auditEntries(): AuditEntry[] {
  return WRITTEN.map(([actor, action, subject, detail], index) => ({
    id: WRITTEN.length - index,
    at: new Date(Date.UTC(2026, 10, 21 - index, 2, 11, 50)).toISOString(),
    actor,
    action,
    subject,
    detail,
  }));
}
