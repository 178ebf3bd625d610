import type { ValueRun } from '../../src/shared/api/types';
import { AS_OF, iso } from './data.ts';
import { RUN_MS } from './imports.ts';

const FIRST = { number: 7, startMs: Date.parse('2026-11-21T02:12:34Z') };

/** The newest run lives in a cookie, so that people (and tests) who work side by side do not see each other's. */
function stored(cookie: string | undefined): typeof FIRST {
  const [number, startMs] = (cookie ?? '').split('.').map(Number);
  return number && startMs ? { number, startMs } : FIRST;
}

/** Puts a run in the queue that begins at `atMs`: the value of the cookie. */
export function queuedRun(cookie: string | undefined, atMs: number): string {
  return `${stored(cookie).number + 1}.${atMs}`;
}

/** The newest run as the clock has it. */
export function newestRun(cookie: string | undefined): ValueRun {
  const { number, startMs } = stored(cookie);
  const fraction = Math.min(1, Math.max(0, (Date.now() - startMs) / RUN_MS));
  const done = fraction === 1;
  return {
    id: `run_${String(number).padStart(4, '0')}`,
    state: done ? 'done' : fraction > 0 ? 'running' : 'queued',
    started_at: fraction > 0 ? iso(startMs) : null,
    finished_at: done ? iso(startMs + RUN_MS) : null,
    as_of: done ? AS_OF : null,
    progress: fraction,
    error: null,
  };
}
