// Who may ask for what, as `crates/domain/src/access.rs` and the `security` of every endpoint say.

export const RIGHTS = [
  'customers.read',
  'customers.export',
  'customers.merge',
  'customers.write',
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
  'privacy.read',
  'privacy.manage',
  'consents.write',
  'facts.write',
  'webhooks.read',
  'webhooks.manage',
  'stores.read',
  'stores.manage',
  'sign_ups.write',
  'touch_points.read',
  'touch_points.manage',
  'tags.manage',
  'fields.manage',
  'segments.manage',
  'points.read',
  'points.write',
  'points.adjust',
  'wallets.manage',
] as const;

export type Right = (typeof RIGHTS)[number];

export const ROLE_RIGHTS: Record<string, readonly Right[]> = {
  administrator: RIGHTS,
  operator: RIGHTS.filter(
    (right) =>
      !['settings.write', 'access.manage', 'audit.read', 'privacy.manage', 'sign_ups.write', 'wallets.manage'].includes(
        right,
      ),
  ),
  analyst: [
    'customers.read',
    'customers.export',
    'value.read',
    'value.run',
    'imports.read',
    'settings.read',
    'sources.read',
    'privacy.read',
    'webhooks.read',
    'stores.read',
    'touch_points.read',
    'segments.manage',
    'points.read',
  ],
  clerk: ['customers.read', 'customers.write', 'settings.read', 'consents.write', 'sign_ups.write', 'points.read'],
  service: ['customers.read', 'customers.write', 'settings.read', 'consents.write', 'points.read'],
  sender: ['facts.write'],
};

/** Reading, then whatever else. A path that is not here is open to everybody who is signed in. */
const NEEDED: [RegExp, { GET: Right; other: Right }][] = [
  [/^\/wallets(\/|$)/, { GET: 'points.read', other: 'wallets.manage' }],
  [
    /^\/members\/[^/]+\/points\/(adjust|approve|decline|reverse|reinstate)$/,
    { GET: 'points.adjust', other: 'points.adjust' },
  ],
  [/^\/members\/[^/]+\/points(\/|$)/, { GET: 'points.read', other: 'points.write' }],
  [/^\/(overview|value|inventory)(\/|$)/, { GET: 'value.read', other: 'value.run' }],
  [/^\/(customers\/[^/]+\/(merge-preview|merges)|merges\/.*)$/, { GET: 'customers.merge', other: 'customers.merge' }],
  [/^\/exports\/(masked-customers|masked-communities\/[^/]+)$/, { GET: 'customers.read', other: 'customers.read' }],
  [/^\/(customers\/[^/]+\/erasure|exports\/customers\/[^/]+)$/, { GET: 'privacy.manage', other: 'privacy.manage' }],
  [/^\/erasures(\/|$)/, { GET: 'privacy.read', other: 'privacy.read' }],
  [/^\/customers\/[^/]+\/preferences$/, { GET: 'customers.read', other: 'consents.write' }],
  [/^\/topics(\/|$)/, { GET: 'customers.read', other: 'settings.write' }],
  [/^\/product-progress$/, { GET: 'customers.read', other: 'customers.read' }],
  [/^\/paths(\/|$)/, { GET: 'customers.read', other: 'touch_points.manage' }],
  [/^\/receipts$/, { GET: 'touch_points.read', other: 'facts.write' }],
  [/^\/journey-stages$/, { GET: 'settings.read', other: 'settings.write' }],
  [/^\/consent-purposes(\/|$)/, { GET: 'customers.read', other: 'privacy.manage' }],
  [/^\/consents$/, { GET: 'consents.write', other: 'consents.write' }],
  [/^\/orders$/, { GET: 'facts.write', other: 'facts.write' }],
  [/^\/customers$/, { GET: 'customers.read', other: 'facts.write' }],
  [
    /^\/(customers\/[^/]+\/(tags|fields|usage-answers|plan-decisions)|tag-changes)$/,
    { GET: 'customers.read', other: 'customers.write' },
  ],
  [/^\/(tag-groups|tags|automatic-tags)(\/|$)/, { GET: 'customers.read', other: 'tags.manage' }],
  [/^\/tickets\/[^/]+\/assignees$/, { GET: 'customers.write', other: 'customers.write' }],
  [/^\/tickets(\/|$)/, { GET: 'customers.read', other: 'customers.write' }],
  [/^\/rules(\/|$)/, { GET: 'customers.read', other: 'customers.read' }],
  [/^\/clusterings\/[^/]+\/tags$/, { GET: 'tags.manage', other: 'tags.manage' }],
  [/^\/(clusterings|clusters|cluster-interviews)(\/|$)/, { GET: 'customers.read', other: 'segments.manage' }],
  [/^\/(innovation-tests|attributes|trials)(\/|$)/, { GET: 'value.read', other: 'segments.manage' }],
  [/^\/attribute-owners$/, { GET: 'segments.manage', other: 'segments.manage' }],
  [/^\/segments\/preview$/, { GET: 'customers.read', other: 'customers.read' }],
  [/^\/layer-templates(\/|$)/, { GET: 'customers.read', other: 'customers.read' }],
  [
    /^\/(segments\/[^/]+\/key-customers(\/.*)?|customers\/[^/]+\/contacts)$/,
    { GET: 'customers.read', other: 'customers.write' },
  ],
  [/^\/communities\/[^/]+\/invitations(\/|$)/, { GET: 'customers.read', other: 'customers.write' }],
  [
    /^\/(communities\/[^/]+\/top-up|segments\/[^/]+\/community-preview)$/,
    { GET: 'segments.manage', other: 'segments.manage' },
  ],
  [/^\/communities(\/|$)/, { GET: 'customers.read', other: 'segments.manage' }],
  [/^\/contact-promises$/, { GET: 'customers.read', other: 'segments.manage' }],
  [/^\/(matrices|plan-priorities)(\/|$)/, { GET: 'customers.read', other: 'segments.manage' }],
  [/^\/layers(\/|$)/, { GET: 'customers.read', other: 'segments.manage' }],
  [/^\/segments\/[^/]+\/phone-hashes$/, { GET: 'customers.export', other: 'customers.export' }],
  [/^\/(segments|segment-counts)(\/|$)/, { GET: 'customers.read', other: 'segments.manage' }],
  [/^\/usage-cards(\/|$)/, { GET: 'customers.read', other: 'fields.manage' }],
  [/^\/(fields|field-coverage)(\/|$)/, { GET: 'customers.read', other: 'fields.manage' }],
  [/^\/field-sources$/, { GET: 'settings.read', other: 'fields.manage' }],
  [/^\/customers(\/|$)/, { GET: 'customers.read', other: 'customers.read' }],
  [/^\/pulls(\/|$)/, { GET: 'customers.export', other: 'customers.export' }],
  [/^\/exports\/communities\/[^/]+$/, { GET: 'customers.export', other: 'customers.export' }],
  [/^\/exports(\/|$)/, { GET: 'customers.export', other: 'customers.export' }],
  [/^\/(imports|uploads|audiences)(\/|$)/, { GET: 'imports.read', other: 'imports.run' }],
  [/^\/settings$/, { GET: 'settings.read', other: 'settings.write' }],
  [/^\/system$/, { GET: 'settings.read', other: 'settings.read' }],
  [/^\/(clerk|sign-ups)(\/|$)/, { GET: 'sign_ups.write', other: 'sign_ups.write' }],
  [
    /^\/(places|clerks|clerk-ranking|incentive-rules|settlements)(\/|$)/,
    { GET: 'stores.read', other: 'stores.manage' },
  ],
  [/^\/(users|tokens|roles|clerk-roster)(\/|$)/, { GET: 'access.manage', other: 'access.manage' }],
  [/^\/audit$/, { GET: 'audit.read', other: 'audit.read' }],
  [/^\/jobs(\/|$)/, { GET: 'jobs.manage', other: 'jobs.manage' }],
  [
    /^\/(touch-points|codes|code-regions|unit-batches|forms|form-counters|receipt-settings|scenes|reach)(\/|$)/,
    { GET: 'touch_points.read', other: 'touch_points.manage' },
  ],
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
