import { assignmentNow } from '@/clerks/assignments';
import type { Clerk } from '@/clerks/types';
import type { Roles, User } from '@/shared/api/types';
import type { PlaceList } from '@/stores/types';

/** As `domain::access::Right::is_narrowed` names them: what they open is narrowed to the customers that somebody sees. */
export const NARROWED_RIGHTS = new Set([
  'customers.read',
  'customers.export',
  'customers.write',
  'settings.read',
  'consents.write',
  'sign_ups.write',
  'points.read',
  'points.write',
  'points.adjust',
]);

/** Rights of this role that are closed to whoever sees a part of the customers only. */
export function closedRights(roles: Roles, role: string): string[] {
  return roles.roles.find((one) => one.role === role)?.rights.filter((right) => !NARROWED_RIGHTS.has(right)) ?? [];
}

/** Whose customers a user sees: all, those below a place, those of the own store as a clerk, or nobody's. */
export type Seen = { what: 'everyone' } | { what: 'bound' | 'clerk'; place: string } | { what: 'nobody' };

/** Who has the role, registered or not, and who is registered as one. */
export function isClerk(user: Pick<User, 'id' | 'role'>, clerks: Clerk[]): boolean {
  return user.role === 'clerk' || clerks.some(({ user_id }) => user_id === user.id);
}

/** What an administrator said goes before the store of a clerk. */
export function seenBy(user: Pick<User, 'id' | 'role'>, places: PlaceList, clerks: Clerk[]): Seen {
  const bound = places.items.find(({ users }) => users.includes(user.id));
  if (bound) return { what: 'bound', place: bound.place.id };
  if (places.everyone.includes(user.id) || !isClerk(user, clerks)) return { what: 'everyone' };
  const clerk = clerks.find(({ user_id }) => user_id === user.id);
  const now = clerk && assignmentNow(clerk);
  return now ? { what: 'clerk', place: now.store } : { what: 'nobody' };
}
