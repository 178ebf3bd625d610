import { describe, expect, it } from 'vitest';
import { BEGINNING, isThrough, type Keeping, type Key, keeping, PORTION_MAX, type Progress } from './keeping';

interface Told {
  ids: string[];
  key: string;
}

const said = (key: Key) => JSON.stringify(key);

/** A list in pages of 200, and a server that keeps the answers to keys. */
function list(count: number, { gone = [], failing }: { gone?: string[]; failing?: (call: number) => boolean } = {}) {
  const all = Array.from({ length: count }, (_, place) => `cus_${place}`);
  const answered = new Map<string, string[]>();
  const told: Told[] = [];
  const marks = new Map<string, number>();
  let calls = 0;
  let keys = 0;
  const may = () => {
    calls += 1;
    if (failing?.(calls)) throw new Error(`call ${calls}`);
  };
  const by: Keeping = {
    read: async (cursor) => {
      may();
      const from = Number(cursor ?? 0);
      return { ids: all.slice(from, from + 200), next: from + 200 < count ? String(from + 200) : null };
    },
    tag: async (ids, header) => {
      const key = said(header);
      told.push({ ids, key });
      const isNew = !answered.has(key);
      if (isNew) {
        answered.set(key, ids);
        for (const id of ids) if (!gone.includes(id)) marks.set(id, (marks.get(id) ?? 0) + 1);
      }
      expect(answered.get(key), 'the same key is the same portion').toEqual(ids);
      // The answer may be lost after the effect.
      may();
      const not_found = ids.filter((id) => gone.includes(id)).length;
      return { changed: ids.length - not_found, unchanged: 0, not_found };
    },
    newKey: () => {
      keys += 1;
      return { key: String(keys) };
    },
  };
  return { all, by, told, marks };
}

async function through(by: Keeping, from = BEGINNING): Promise<Progress[]> {
  const found: Progress[] = [];
  for await (const at of keeping(from, by)) found.push(at);
  return found;
}

/** Goes on after each failure, as somebody does who presses the button again. */
async function insisting(by: Keeping): Promise<Progress> {
  let at = BEGINNING;
  for (let tries = 0; !isThrough(at); tries += 1) {
    expect(tries).toBeLessThan(100);
    try {
      for await (const now of keeping(at, by)) at = now;
    } catch {
      // once more
    }
  }
  return at;
}

describe('keeping a list by a tag', () => {
  for (const count of [0, 1, 199, 200, 499, 500, 501, 1000, 1234]) {
    it(`tells each of ${count} once, at most ${PORTION_MAX} at a time`, async () => {
      const { all, by, told } = list(count);
      const last = (await through(by)).at(-1);
      expect(told.flatMap(({ ids }) => ids)).toEqual(all);
      expect(told.every(({ ids }) => ids.length >= 1 && ids.length <= PORTION_MAX)).toBe(true);
      expect(new Set(told.map(({ key }) => key)).size).toBe(Math.ceil(count / PORTION_MAX));
      expect(last && isThrough(last)).toBe(true);
      expect(last?.tagged).toBe(count);
    });
  }

  it('counts who is nobody any more apart', async () => {
    const { by } = list(700, { gone: ['cus_3', 'cus_699'] });
    expect((await through(by)).at(-1)).toMatchObject({ tagged: 698, missing: 2 });
  });

  it('does nothing twice, whichever call fails and however often', async () => {
    for (const failing of [
      (call: number) => call === 1,
      (call: number) => call === 4,
      (call: number) => call % 2 === 1,
      (call: number) => call % 3 !== 0,
    ]) {
      const { all, by, marks } = list(1234, { failing });
      const last = await insisting(by);
      expect(last.tagged).toBe(all.length);
      expect([...marks.values()].every((times) => times === 1)).toBe(true);
      expect(marks.size).toBe(all.length);
    }
  });

  it('notes a portion and its key before it is told, so that a lost answer can be asked for again', async () => {
    const { by, told } = list(3, { failing: (call) => call === 2 });
    const seen: Progress[] = [];
    await expect(
      (async () => {
        for await (const at of keeping(BEGINNING, by)) seen.push(at);
      })(),
    ).rejects.toThrow();
    const last = seen.at(-1) as Progress;
    expect(last.told?.key).toEqual({ key: '1' });
    await through(by, last);
    expect(told.map(({ key }) => key)).toEqual([said({ key: '1' }), said({ key: '1' })]);
  });

  it('stops where it is no longer asked, and goes on from there', async () => {
    const { all, by, told } = list(1234);
    let at = BEGINNING;
    for await (const now of keeping(at, by)) {
      at = now;
      if (now.tagged >= PORTION_MAX) break;
    }
    expect(at.tagged).toBe(PORTION_MAX);
    expect(told).toHaveLength(1);
    expect((await through(by, at)).at(-1)?.tagged).toBe(all.length);
  });
});
