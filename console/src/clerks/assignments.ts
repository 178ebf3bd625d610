import type { Day, Instant } from '@/shared/api/types';
import { instantOf } from '@/shared/fmt/localTime';
import type { Assignment, Clerk } from './types';

/** Where the clerk is now; null while in no store. */
export function assignmentNow({ assignments }: Pick<Clerk, 'assignments'>): Assignment | null {
  const last = assignments.at(-1);
  return last && last.to === null ? last : null;
}

/** Who is in each store now, by the store's id. */
export function clerksByStore(clerks: Clerk[]): Map<string, Clerk[]> {
  const found = new Map<string, Clerk[]>();
  for (const clerk of clerks) {
    const store = assignmentNow(clerk)?.store;
    if (store !== undefined) found.set(store, [...(found.get(store) ?? []), clerk]);
  }
  return found;
}

/** Times that ended in this store, the newest first. */
export function formerIn(clerks: Clerk[], store: string): { clerk: Clerk; assignment: Assignment }[] {
  return clerks
    .flatMap((clerk) => clerk.assignments.map((assignment) => ({ clerk, assignment })))
    .filter(({ assignment }) => assignment.store === store && assignment.to !== null)
    .sort((one, other) => (other.assignment.to ?? '').localeCompare(one.assignment.to ?? ''));
}

/** The instant that a change has to lie behind: what was before stays. Null: any instant that is over. */
export function earliestChange({ assignments }: Pick<Clerk, 'assignments'>): Instant | null {
  const last = assignments.at(-1);
  return last ? (last.to ?? last.from) : null;
}

/** The begin of this day on the brand's clock, where a change may lie there; otherwise what is wrong with it. */
export function beginOf(
  day: Day,
  timeZone: string,
  clerk: Pick<Clerk, 'assignments'>,
  now: Instant,
): { at: Instant } | { fault: 'no_day' | 'future' | 'too_early' } {
  const at = instantOf(timeZone, `${day}T00:00`);
  if (at === null) return { fault: 'no_day' };
  if (Date.parse(at) > Date.parse(now)) return { fault: 'future' };
  const last = clerk.assignments.at(-1);
  if (!last) return { at };
  const begin = Date.parse(at);
  const isLater = begin > Date.parse(last.from) && begin >= Date.parse(last.to ?? last.from);
  return isLater ? { at } : { fault: 'too_early' };
}
