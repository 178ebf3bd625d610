import type { LogOutcome, SourceLogEntry } from '@/shared/api/types';

/** As many of each outcome as the server keeps: what is on the screen is what a reload would show. */
export const KEPT_OF_OUTCOME = 200;

/** The newest first. What was there stays the same objects, and the same list where nothing is new. */
export function withNewer(known: SourceLogEntry[], newer: SourceLogEntry[]): SourceLogEntry[] {
  if (newer.length === 0) return known;
  const kept = new Map<string, number>();
  return [...newer, ...known].filter(({ outcome }) => {
    const count = (kept.get(outcome) ?? 0) + 1;
    kept.set(outcome, count);
    return count <= KEPT_OF_OUTCOME;
  });
}

/** What the address says; null where it says nothing that is known. */
export interface LogFilter {
  outcome: LogOutcome | null;
  type: string | null;
}

export const OUTCOMES: LogOutcome[] = ['accepted', 'duplicate', 'refused', 'quarantined'];
export const TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'];

export function filterOf(search: { outcome?: string; type?: string }): LogFilter {
  return {
    outcome: OUTCOMES.find((one) => one === search.outcome) ?? null,
    type: TYPES.find((one) => one === search.type) ?? null,
  };
}

export function matches(entry: SourceLogEntry, { outcome, type }: LogFilter): boolean {
  return (outcome === null || entry.outcome === outcome) && (type === null || entry.type === type);
}

/** `{a: text, b: {c: number}}` on lines of its own, as JSON would stand there. */
export function indentedShape(shape: string): string {
  let depth = 0;
  return shape.replace(/\{(?!\})|, |(?<!\{)\}/g, (mark) => {
    if (mark === '{') depth += 1;
    if (mark === '}') depth = Math.max(0, depth - 1);
    const line = `\n${'  '.repeat(depth)}`;
    if (mark === ', ') return `,${line}`;
    return mark === '{' ? `{${line}` : `${line}}`;
  });
}
