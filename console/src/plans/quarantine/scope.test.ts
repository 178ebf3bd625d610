import { describe, expect, it } from 'vitest';
import type { DecisionBody } from '../api';
import type { QuarantinedFact } from '../types';
import { DECIDED_MAX, decideAll, filterOf, hasReason, matchingIds, needsIds, type Scope } from './scope';

const fact = (id: number, ...kinds: string[]) =>
  ({ id, violations: kinds.map((kind) => ({ kind, property: '', allowed: '', found: '' })) }) as QuarantinedFact;
const all: Scope = { ids: null, event: null, reason: null };
const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** A server that holds so many, and decides about part of them each time. */
function held(count: number, part: number) {
  const asked: DecisionBody[] = [];
  let left = count;
  const send = async (body: DecisionBody) => {
    asked.push(body);
    const facts = Math.min(left, 'ids' in body ? body.ids.length : part);
    left -= facts;
    return { facts, more: !('ids' in body) && left > 0 };
  };
  return { asked, send };
}

const run = (server: ReturnType<typeof held>, scope: Scope, total: number, isStopped = () => false) => {
  const progress: number[] = [];
  const done = decideAll(scope, { send: server.send, total, onDone: (one) => progress.push(one), isStopped });
  return done.then((count) => ({ count, progress }));
};

describe('a decision about what is held', () => {
  it('goes on until nothing remains, and tells how far it is', async () => {
    const server = held(250, 100);
    expect(await run(server, all, 250)).toEqual({ count: 250, progress: [100, 200, 250] });
    expect(server.asked).toEqual([{ all: true }, { all: true }, { all: true }]);
  });

  it('is about one event where that was chosen', async () => {
    const server = held(3, 100);
    await run(server, { ...all, event: { type: 'track', name: 'A' } }, 3);
    expect(server.asked).toEqual([{ event: { type: 'track', name: 'A' } }]);
  });

  it('stops at what was confirmed, though more arrive meanwhile', async () => {
    const server = held(100_000, 1000);
    expect((await run(server, all, 2000)).count).toBe(2000);
  });

  it('sends ids in parts that the server takes', async () => {
    const server = held(2500, 0);
    expect((await run(server, { ...all, ids: ids(2500) }, 2500)).count).toBe(2500);
    expect(server.asked.map((body) => ('ids' in body ? body.ids.length : 0))).toEqual([DECIDED_MAX, DECIDED_MAX, 500]);
  });

  it('counts what was there, not what was asked for', async () => {
    expect((await run(held(2, 0), { ...all, ids: ids(5) }, 5)).count).toBe(2);
  });

  it('can be stopped between two parts', async () => {
    let calls = 0;
    const result = await run(held(500, 100), all, 500, () => ++calls > 2);
    expect(result.count).toBe(200);
  });
});

describe('a reason', () => {
  it('is known of the facts alone, so that their ids are collected first', async () => {
    async function* pages() {
      yield [fact(1, 'wrong_type'), fact(2, 'unknown_event')];
      yield [fact(3, 'missing_property', 'wrong_type')];
    }
    const read: number[] = [];
    expect(await matchingIds(pages(), 'wrong_type', (count) => read.push(count))).toEqual([1, 3]);
    expect(read).toEqual([2, 3]);
    expect(needsIds({ ...all, reason: 'wrong_type' })).toBe(true);
    expect(needsIds({ ...all, reason: 'wrong_type', ids: [1] })).toBe(false);
    expect(needsIds(all)).toBe(false);
    expect(hasReason(fact(1), null)).toBe(true);
  });

  it('and the event come from the address; an event may have no name', () => {
    expect(filterOf({})).toEqual({ event: null, reason: null });
    expect(filterOf({ event_type: 'identify' })).toEqual({ event: { type: 'identify', name: '' }, reason: null });
    expect(filterOf({ event_type: 'track', event: 'A', reason: 'wrong_type' })).toEqual({
      event: { type: 'track', name: 'A' },
      reason: 'wrong_type',
    });
  });
});
