import type { SourceCounts } from '@/shared/api/types';

/** Messages that wait in the quarantine now. */
export function heldOf({ put_aside, released, discarded }: SourceCounts): number {
  return put_aside - released - discarded;
}
