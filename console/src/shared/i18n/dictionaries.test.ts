import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from './en';
import { lookup } from './index';
import { zh } from './zh';

type Tree = { [key: string]: unknown };

function leaves(tree: Tree, path = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? leaves(value as Tree, `${path}${key}.`)
      : [[path + key, value] as [string, unknown]],
  );
}

const CHINESE = /[\u4e00-\u9fff]/;
/** The offer to switch to Chinese is written in Chinese. */
const BILINGUAL = new Set(['shell.actions.language']);

describe('dictionaries', () => {
  it('have the same keys, so that no screen shows a hole', () => {
    expect(leaves(en).map(([key]) => key)).toEqual(leaves(zh).map(([key]) => key));
  });

  it('take the same arguments in both languages', () => {
    const chinese = new Map(leaves(zh));
    for (const [key, value] of leaves(en)) {
      const other = chinese.get(key);
      expect(typeof value, key).toBe(typeof other);
      if (typeof value === 'function' && typeof other === 'function') expect(value.length, key).toBe(other.length);
    }
  });

  it('leave no Chinese in the English one', () => {
    const left = leaves(en).filter(([key, value]) => {
      const text = typeof value === 'function' ? String(value('1', '2', '3', '4')) : String(value);
      return CHINESE.test(text) && !BILINGUAL.has(key);
    });
    expect(left.map(([key]) => key)).toEqual([]);
  });

  it('have a sentence for every error code of the interface, and for none that it does not know', () => {
    const documented = [...readFileSync('../docs/errors.md', 'utf8').matchAll(/<a id="(\w+)"><\/a>/g)].map(
      ([, code]) => code,
    );
    expect(documented.length).toBeGreaterThan(20);
    // No answer came at all: that is the console's own code.
    const known = [...documented, 'network'].sort();
    expect(Object.keys(zh.common.errors).sort()).toEqual(known);
    expect(Object.keys(en.common.errors).sort()).toEqual(known);
  });

  it('have a name for every event that the stages of a journey begin with', () => {
    const table = readFileSync('../docs/journey.md', 'utf8')
      .split('\n')
      .filter((line) => /^\| `(contact|learn|buy|query|interact)` \|/.test(line))
      .join('\n');
    const events = table.match(/[A-Z]\w+(?: (?:to )?[A-Z]\w+)*/g) ?? [];
    expect(events.length).toBeGreaterThan(50);
    expect(events.filter((name) => !(name in zh.journey.events))).toEqual([]);
  });

  it('use no exclamation marks', () => {
    for (const [key, value] of [...leaves(zh), ...leaves(en)]) expect(String(value), key).not.toMatch(/[!！](?!=)/);
  });

  it('fall back to the code that this version does not know', () => {
    expect(lookup(zh.common.groups, 'champions')).toBe('重要价值客户');
    expect(lookup(zh.common.groups, 'something_new')).toBe('something_new');
    expect(lookup(zh.common.groups, 'toString')).toBe('toString');
  });
});
