// What can be known of two customers before a merge. Pure.
import type { CustomerIdentity, LeftOff, MergeField, MergePreview } from './types';

export interface Suggestion {
  id: string;
  /** Types of the identifiers that both have come with. */
  types: string[];
}

/** Customers whose identifiers came with facts of this one: most likely the same person. */
export function suggestionsOf({ left_off }: CustomerIdentity): Suggestion[] {
  const found = new Map<string, Set<string>>();
  for (const { other, type } of left_off) {
    if (other === null) continue;
    found.set(other, (found.get(other) ?? new Set()).add(type));
  }
  return [...found].map(([id, types]) => ({ id, types: [...types] }));
}

/** Each other customer once a type and reason, the newest first as the server has them. */
export function leftOffOnce(leftOff: LeftOff[]): LeftOff[] {
  const seen = new Set<string>();
  return leftOff.filter(({ type, value, reason, other }) => {
    const key = JSON.stringify([type, value, reason, other]);
    return !seen.has(key) && seen.add(key);
  });
}

export const differs = ({ survivor_says: one, absorbed_says: other }: MergeField) =>
  one !== null && other !== null && one.value !== other.value;

/** What stands against a merge, or is to be thought about first. */
export function needsCare({ kept_apart, over_limit, too_many_profiles }: MergePreview): boolean {
  return kept_apart || over_limit.length > 0 || too_many_profiles;
}
