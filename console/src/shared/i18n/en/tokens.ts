import type { Messages } from '../zh';

export const tokens: Messages['tokens'] = {
  title: 'API tokens',
  create: 'New token',
  name: 'Purpose',
  role: 'Role',
  expires: 'Valid for days',
  expiresHint: 'Empty: does not expire',
  expiresAt: 'Expires',
  neverExpires: 'never',
  created: 'Created',
  lastUsed: 'Last used',
  unused: 'never',
  revoke: 'Revoke',
  revokeTitle: 'Revoke token',
  revokeText: (name) => `Programs that use “${name}” lose access at once. This cannot be undone.`,
  secretTitle: 'Token created',
  secretText: 'Copy it now. It is not shown again.',
  secret: 'Token',
  emptyTitle: 'No API tokens yet',
  emptyText: 'A token lets another program read customers and value, or write data.',
};
