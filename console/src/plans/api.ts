import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, idempotencyKey } from '@/shared/api/client';
import type {
  DecisionResult,
  GeneratedPlan,
  Mode,
  Plan,
  PlanCoverage,
  PlanDocument,
  PlanVersionPage,
  QuarantinePage,
} from './types';

const sourcePath = (id: string) => `/sources/${encodeURIComponent(id)}`;

export function planQuery(id: string) {
  return queryOptions({
    queryKey: ['plan', id],
    queryFn: ({ signal }) => api.get<Plan>(`${sourcePath(id)}/plan`, undefined, signal),
  });
}

const COVERAGE_POLL_MS = 10_000;

export function coverageQuery(id: string, days: number) {
  return queryOptions({
    queryKey: ['plan', id, 'coverage', days],
    queryFn: ({ signal }) => api.get<PlanCoverage>(`${sourcePath(id)}/plan/coverage`, { days }, signal),
    refetchInterval: COVERAGE_POLL_MS,
  });
}

const VERSIONS_PAGE = 10;

export function versionsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['plan', id, 'versions'],
    queryFn: ({ pageParam, signal }) =>
      api.get<PlanVersionPage>(`${sourcePath(id)}/plan/versions`, { cursor: pageParam, limit: VERSIONS_PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` });

/** Replaces mode and draft, if nobody else has changed the plan since `version`. */
export async function updatePlan(id: string, version: number, mode: Mode, draft: PlanDocument | null): Promise<Plan> {
  return (await api.put<Plan>(`${sourcePath(id)}/plan`, { mode, draft }, ifMatch(version))).data;
}

export function generatePlan(id: string, days: number): Promise<GeneratedPlan> {
  return api.post<GeneratedPlan>(`${sourcePath(id)}/plan/draft`, { days }, idempotencyKey());
}

export function freezePlan(id: string, version: number): Promise<Plan> {
  return api.post<Plan>(`${sourcePath(id)}/plan/freeze`, {}, { ...ifMatch(version), ...idempotencyKey() });
}

/** An event as the quarantine names it. */
export interface HeldEvent {
  type: string;
  name: string;
}

const HELD_POLL_MS = 10_000;
const HELD_PAGE = 50;
/** The most that one answer has. */
const HELD_PAGE_MAX = 200;

function heldPage(id: string, event: HeldEvent | null, cursor: string | null, limit: number, signal?: AbortSignal) {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor ? { cursor } : {}) });
  if (event) {
    // Also where the name is empty: messages of some types have none.
    query.set('event_type', event.type);
    query.set('event', event.name);
  }
  return api.get<QuarantinePage>(`${sourcePath(id)}/quarantine?${query}`, undefined, signal);
}

export function heldQuery(id: string, event: HeldEvent | null) {
  return infiniteQueryOptions({
    queryKey: ['quarantine', id, event],
    queryFn: ({ pageParam, signal }) => heldPage(id, event, pageParam, HELD_PAGE, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: HELD_POLL_MS,
  });
}

/** Page by page all that is kept aside, the oldest first. */
export async function* heldFacts(id: string, event: HeldEvent | null, signal: AbortSignal) {
  let cursor: string | null = null;
  do {
    const page: QuarantinePage = await heldPage(id, event, cursor, HELD_PAGE_MAX, signal);
    yield page.items;
    cursor = page.next_cursor;
  } while (cursor !== null);
}

/** Exactly one of the three, as the server takes it. */
export type DecisionBody = { ids: number[] } | { event: HeldEvent } | { all: true };
export type Decision = 'release' | 'discard';

export function decide(id: string, decision: Decision, body: DecisionBody, signal?: AbortSignal) {
  return api.post<DecisionResult>(`${sourcePath(id)}/quarantine/${decision}`, body, idempotencyKey(), signal);
}
