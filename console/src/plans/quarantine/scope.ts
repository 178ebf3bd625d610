// Which held messages a decision is about, and how it is carried out: in parts that the server takes, with progress.
import type { DecisionBody, HeldEvent } from '../api';
import type { DecisionResult, QuarantinedFact } from '../types';

export interface HeldFilter {
  event: HeldEvent | null;
  /** A kind of violation. The server does not filter by it: the list of facts says it. */
  reason: string | null;
}

export interface Scope extends HeldFilter {
  /** Those that somebody has marked; null: all that the filter lets through. */
  ids: number[] | null;
}

export function filterOf(search: { event_type?: string; event?: string; reason?: string }): HeldFilter {
  const { event_type: type, event: name, reason } = search;
  return { event: type ? { type, name: name ?? '' } : null, reason: reason ?? null };
}

export function hasReason(fact: QuarantinedFact, reason: string | null): boolean {
  return reason === null || fact.violations.some(({ kind }) => kind === reason);
}

/** As many as one request decides about. */
export const DECIDED_MAX = 1000;

/** The ids must be known before: only the server's own filter can be left to the server. */
export const needsIds = ({ ids, reason }: Scope) => ids === null && reason !== null;

export type Pages = AsyncIterable<QuarantinedFact[]>;

/** Reads all that is held and keeps the ids of those that match. */
export async function matchingIds(pages: Pages, reason: string, onRead: (read: number) => void): Promise<number[]> {
  const ids: number[] = [];
  let read = 0;
  for await (const facts of pages) {
    read += facts.length;
    ids.push(...facts.filter((fact) => hasReason(fact, reason)).map(({ id }) => id));
    onRead(read);
  }
  return ids;
}

interface Run {
  send: (body: DecisionBody) => Promise<DecisionResult>;
  /** How many this is about, as it was confirmed. */
  total: number;
  onDone: (done: number) => void;
  isStopped: () => boolean;
}

/** Part by part. What arrives meanwhile is not included: it stops at what was confirmed. Returns how many were decided. */
export async function decideAll(scope: Scope, { send, total, onDone, isStopped }: Run): Promise<number> {
  let done = 0;
  const add = ({ facts }: DecisionResult) => {
    done += facts;
    onDone(done);
  };
  if (scope.ids) {
    for (let from = 0; from < scope.ids.length && !isStopped(); from += DECIDED_MAX)
      add(await send({ ids: scope.ids.slice(from, from + DECIDED_MAX) }));
    return done;
  }
  const body: DecisionBody = scope.event ? { event: scope.event } : { all: true };
  while (!isStopped()) {
    const result = await send(body);
    add(result);
    if (!result.more || result.facts === 0 || done >= total) break;
  }
  return done;
}
