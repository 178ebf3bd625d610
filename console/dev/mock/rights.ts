// Who may ask for what, as `crates/domain/src/access.rs` and the `security` of every endpoint say.

export const RIGHTS = [
  'customers.read',
  'customers.export',
  'customers.merge',
  'value.read',
  'value.run',
  'imports.read',
  'imports.run',
  'settings.read',
  'settings.write',
  'access.manage',
  'audit.read',
  'jobs.manage',
  'sources.read',
  'sources.manage',
  'facts.write',
  'webhooks.read',
  'webhooks.manage',
] as const;

export type Right = (typeof RIGHTS)[number];

export const ROLE_RIGHTS: Record<string, readonly Right[]> = {
  administrator: RIGHTS,
  operator: RIGHTS.filter((right) => !['settings.write', 'access.manage', 'audit.read'].includes(right)),
  analyst: [
    'customers.read',
    'customers.export',
    'value.read',
    'value.run',
    'imports.read',
    'settings.read',
    'sources.read',
    'webhooks.read',
  ],
  clerk: ['customers.read', 'settings.read'],
  service: ['customers.read', 'settings.read'],
  sender: ['facts.write'],
};

/** Reading, then whatever else. A path that is not here is open to everybody who is signed in. */
const NEEDED: [RegExp, { GET: Right; other: Right }][] = [
  [/^\/(overview|value)(\/|$)/, { GET: 'value.read', other: 'value.run' }],
  [/^\/(customers\/[^/]+\/(merge-preview|merges)|merges\/.*)$/, { GET: 'customers.merge', other: 'customers.merge' }],
  [/^\/orders$/, { GET: 'facts.write', other: 'facts.write' }],
  [/^\/customers$/, { GET: 'customers.read', other: 'facts.write' }],
  [/^\/customers(\/|$)/, { GET: 'customers.read', other: 'customers.read' }],
  [/^\/pulls(\/|$)/, { GET: 'customers.export', other: 'customers.export' }],
  [/^\/exports(\/|$)/, { GET: 'customers.export', other: 'customers.export' }],
  [/^\/(imports|uploads)(\/|$)/, { GET: 'imports.read', other: 'imports.run' }],
  [/^\/settings$/, { GET: 'settings.read', other: 'settings.write' }],
  [/^\/system$/, { GET: 'settings.read', other: 'settings.read' }],
  [/^\/(users|tokens|roles)(\/|$)/, { GET: 'access.manage', other: 'access.manage' }],
  [/^\/audit$/, { GET: 'audit.read', other: 'audit.read' }],
  [/^\/jobs(\/|$)/, { GET: 'jobs.manage', other: 'jobs.manage' }],
  [/^\/webhooks(\/|$)/, { GET: 'webhooks.read', other: 'webhooks.manage' }],
  [/^\/sources(\/|$)/, { GET: 'sources.read', other: 'sources.manage' }],
];

/** The right that this role lacks for this call; null when it may. */
export function missingRight(role: string, method: string, path: string): Right | null {
  const needed = NEEDED.find(([pattern]) => pattern.test(path))?.[1];
  if (!needed) return null;
  const right = method === 'GET' ? needed.GET : needed.other;
  return ROLE_RIGHTS[role]?.includes(right) ? null : right;
}
