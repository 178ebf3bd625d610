import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api } from './client';
import { sessionQuery } from './session';
import type { Page, ValueRun } from './types';

const POLL_MS = 1500;
/** Runs also begin elsewhere: after a colleague's import, after a change of the settings. */
const IDLE_POLL_MS = 30_000;

/** What a run computes, and what is out of date once the next one has ended. */
const COMPUTED = ['overview', 'value', 'customers', 'customer'];

/** The newest value run. Invalidate it after whatever starts one, so that its progress shows at once. */
export const valueRunQuery = queryOptions({
  queryKey: ['value-run'],
  queryFn: async ({ signal }) => (await api.get<Page<ValueRun>>('/value/runs', { limit: 1 }, signal)).items[0] ?? null,
});

function isUnfinished(run: ValueRun | null | undefined): boolean {
  return run?.state === 'queued' || run?.state === 'running';
}

/** Without the right to see value, nothing is asked. */
function useMaySeeValue(): boolean {
  return useQuery(sessionQuery).data?.rights.includes('value.read') ?? false;
}

export interface ValueRunState {
  computing: boolean;
  /** Of the run under way, 0 to 1. */
  progress: number;
  /** The server's words, when the newest run failed. */
  error: string | null;
}

/** Whether value is being computed now. The shell polls; everybody else reads its answer. */
export function useValueRun(): ValueRunState {
  const { data: run } = useQuery({ ...valueRunQuery, enabled: useMaySeeValue() });
  const computing = isUnfinished(run);
  return {
    computing,
    progress: computing ? (run?.progress ?? 0) : 0,
    error: run?.state === 'failed' ? (run.error ?? '') : null,
  };
}

/** Mounted once, in the shell: when a run ends, whatever it computed is asked for again, wherever one is. */
export function useRefreshAfterValueRun() {
  const queryClient = useQueryClient();
  const { data: run } = useQuery({
    ...valueRunQuery,
    enabled: useMaySeeValue(),
    refetchInterval: (query) => (isUnfinished(query.state.data) ? POLL_MS : IDLE_POLL_MS),
  });
  const finished = run && !isUnfinished(run) ? run.id : null;
  const known = useRef<string | null | undefined>(undefined);
  useEffect(() => {
    if (run === undefined) return;
    // The first answer only tells what is there. A short run may begin and end between two answers.
    const isNews = known.current !== undefined && finished !== null && finished !== known.current;
    if (isNews) for (const key of COMPUTED) queryClient.invalidateQueries({ queryKey: [key] });
    if (known.current === undefined || finished !== null) known.current = finished;
  }, [run, finished, queryClient]);
}
