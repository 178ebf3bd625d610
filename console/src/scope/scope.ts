import { assignmentNow } from '@/clerks/assignments';
import type { Clerk } from '@/clerks/types';
import type { Roles } from '@/shared/api/types';
import type { PlaceItem } from '@/stores/types';

/** As `domain::access::Right::is_narrowed` names them: what they open is narrowed to the customers that somebody sees. */
export const NARROWED_RIGHTS = new Set([
  'customers.read',
  'customers.export',
  'customers.write',
  'settings.read',
  'consents.write',
  'sign_ups.write',
]);

/** Rights of this role that are closed to whoever sees a part of the customers only. */
export function closedRights(roles: Roles, role: string): string[] {
  return roles.roles.find((one) => one.role === role)?.rights.filter((right) => !NARROWED_RIGHTS.has(right)) ?? [];
}

/** Whose customers a user sees: all, those below a place, those of the own store as a clerk, or nobody's. */
export type Seen = { what: 'everyone' } | { what: 'bound' | 'clerk'; place: string } | { what: 'nobody' };

/** A place that somebody was bound to goes before the store of a clerk. */
export function seenBy(userId: string, places: PlaceItem[], clerks: Clerk[]): Seen {
  const bound = places.find(({ users }) => users.includes(userId));
  if (bound) return { what: 'bound', place: bound.place.id };
  const clerk = clerks.find(({ user_id }) => user_id === userId);
  if (!clerk) return { what: 'everyone' };
  const now = assignmentNow(clerk);
  return now ? { what: 'clerk', place: now.store } : { what: 'nobody' };
}
