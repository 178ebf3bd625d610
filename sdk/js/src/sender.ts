// From the queue to the server: a batch at a time, one tab at a time, again after a failure.
//
// A message leaves the queue when the server has said that it is on disk, or that it will never take it. So a page that
// dies, a lost answer or a second tab can only send it twice, and the server knows it by its id.

import type { Queue } from './queue';
import type { Environment } from './types';

/** What happens together is sent together. */
const GATHER_MS = 1_000;
/**
 * What another page made is left to it for so long. Browsers tell tabs of each other's changes a moment late: without this,
 * a tab would send what another has just sent.
 */
const OTHERS_MS = 10_000;
/** The server gives up after twenty seconds. */
const ANSWER_MS = 30_000;
const BACK_OFF_MS = 1_000;
const BACK_OFF_MAX_MS = 300_000;
/** No server means longer, and a clock that was set back should not silence a browser. */
const RETRY_AFTER_MAX_MS = 3_600_000;
/** Client errors that pass: time-out, conflict of a proxy, too early, too much, and what clients agree on beside. */
const PASSING = [408, 410, 425, 429, 460];

export interface Sender {
  /** A message is new: it goes out soon. */
  wake(): void;
  flush(): Promise<void>;
  /** There is a network again: nothing else was waited for, unless the server asked to wait. */
  online(): void;
  /** The page may be gone in a moment. */
  leave(beacon?: (url: string, body: string) => boolean): void;
  /** Nothing more is sent, also not what is on its way where that can still be helped. */
  stop(): void;
}

export function openSender(
  env: Environment,
  queue: Queue,
  prefix: string,
  address: string,
  writeKey: string,
  /** Made by this page. */
  isOurs: (id: string) => boolean,
  madeAt: (id: string) => number,
): Sender {
  const { shared } = env;
  const retry = `${prefix}retry`;
  const inFlight = new Set<string>();
  const aborts = new Set<AbortController>();
  let timer: unknown;
  let timerAt = 0;
  let running: Promise<void> | undefined;

  /** How often it failed, how long to wait, and whether the server said so: all tabs wait together, also after a reload. */
  function state(): [tries: number, waitMs: number, told: number] {
    const [tries = 0, until = 0, told = 0] = (shared.get(retry) || '').split(',').map(Number);
    const waitMs = until - env.now();
    return [tries || 0, waitMs > 0 && waitMs <= RETRY_AFTER_MAX_MS ? waitMs : 0, told];
  }

  /** The earliest time counts. */
  function wakeIn(ms: number) {
    const at = env.now() + ms;
    if (timer !== undefined && at >= timerAt) return;
    env.cancel(timer);
    timerAt = at;
    timer = env.later(() => {
      timer = undefined;
      flush();
    }, ms);
  }

  /** True when nothing of it is to be sent again; the rest is told to the other tabs. */
  async function post(ids: string[], texts: string[], tries: number): Promise<boolean> {
    const abort = new AbortController();
    const expired = env.later(() => abort.abort(), ANSWER_MS);
    for (const id of ids) inFlight.add(id);
    aborts.add(abort);
    let after = 0;
    try {
      const answer = await env.fetch(address, {
        method: 'POST',
        body: bodyOf(texts),
        // No preflight for a plain text; it outlives the page.
        headers: { 'content-type': 'text/plain', ...(tries ? { 'x-retry-count': `${tries}` } : {}) },
        keepalive: !tries,
        credentials: 'omit',
        // What is redirected arrives nowhere, and looks as if it had.
        redirect: 'error',
        signal: abort.signal,
      });
      const { status } = answer;
      after = Number(answer.headers.get('retry-after')) * 1_000;
      // A portal or a proxy may answer in the server's place: only its own words count.
      const body = await answer.json().catch(() => ({}));
      const refused = status >= 400 && status < 500 && PASSING.indexOf(status) < 0 && body.code;
      if (refused) {
        env.warn(`${body.code}: ${body.message}`);
        queue.drop(ids);
      } else if (answer.ok && body.success) queue.remove(ids);
      else throw 0;
      shared.remove(retry);
      return true;
    } catch {
      if (aborts.has(abort)) {
        // Not all browsers at the same moment: between half and the whole of it.
        const part = 0.5 + parseInt(env.random().slice(0, 4), 16) / 131_072;
        const wait = after || Math.min(BACK_OFF_MAX_MS, BACK_OFF_MS * 2 ** tries) * part;
        shared.set(retry, `${tries + 1},${Math.ceil(env.now() + Math.min(wait, RETRY_AFTER_MAX_MS))},${after ? 1 : 0}`);
      }
      return false;
    } finally {
      env.cancel(expired);
      aborts.delete(abort);
      for (const id of ids) inFlight.delete(id);
    }
  }

  const bodyOf = (texts: string[]) =>
    `{"writeKey":${JSON.stringify(writeKey)},"sentAt":"${new Date(env.now()).toISOString()}","batch":[${texts.join()}]}`;

  const isDue = (id: string) => !inFlight.has(id) && (isOurs(id) || madeAt(id) + OTHERS_MS <= env.now());

  async function sendAll() {
    for (;;) {
      const [tries, waitMs] = state();
      if (!queue.ids().length) return;
      if (waitMs) return wakeIn(waitMs);
      const { ids, texts } = queue.take(isDue);
      if (!ids.length) return wakeIn(OTHERS_MS);
      if (!(await post(ids, texts, tries))) return wakeIn(state()[1] || GATHER_MS);
    }
  }

  function flush(): Promise<void> {
    if (!running)
      running = env
        .alone(`${prefix}send`, sendAll)
        .catch(() => {})
        .then(() => {
          running = undefined;
          // Something may have come just before the end.
          if (timer === undefined && queue.ids().length) wakeIn(GATHER_MS);
        });
    return running;
  }

  return {
    flush,
    wake: () => wakeIn(GATHER_MS),
    online() {
      const [tries, waitMs, told] = state();
      if (waitMs && !told) shared.set(retry, `${tries},0`);
      flush();
    },
    leave(beacon) {
      const [tries, waitMs] = state();
      const { ids, texts } = queue.take((id) => isOurs(id) && !inFlight.has(id));
      if (!ids.length || tries || waitMs) return;
      // A beacon has no answer: the next page sends these again.
      if (beacon) beacon(address, bodyOf(texts));
      else post(ids, texts, 0);
    },
    stop() {
      env.cancel(timer);
      timer = undefined;
      const all = [...aborts];
      aborts.clear();
      for (const abort of all) abort.abort();
    },
  };
}
