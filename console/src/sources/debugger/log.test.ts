import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LogOutcome, SourceLogEntry } from '@/shared/api/types';
import { en } from '@/shared/i18n/en';
import { zh } from '@/shared/i18n/zh';
import { filterOf, indentedShape, KEPT_OF_OUTCOME, matches, withNewer } from './log';

const entry = (id: number, outcome: LogOutcome = 'accepted', type: string | null = 'track'): SourceLogEntry => ({
  id,
  at: '2026-11-21T02:00:00Z',
  outcome,
  type,
  name: null,
  message_id: null,
  reason: null,
  shape: null,
});

/** The newest first. */
const entries = (from: number, to: number, outcome: LogOutcome = 'accepted') =>
  Array.from({ length: to - from + 1 }, (_, index) => entry(to - index, outcome));

describe('the log of a source', () => {
  it('puts what is newer on top, and leaves the list alone where nothing is', () => {
    const known = entries(1, 2);
    expect(withNewer(known, [])).toBe(known);
    const more = withNewer(known, [entry(3, 'refused')]);
    expect(more.map(({ id }) => id)).toEqual([3, 2, 1]);
    expect(more[1]).toBe(known[0]);
  });

  it('keeps as many of each outcome as the server, so that a flood of one pushes out no other', () => {
    const refused = entries(1, 3, 'refused');
    const flood = withNewer(refused, entries(4, 503));
    expect(flood).toHaveLength(KEPT_OF_OUTCOME + 3);
    expect(flood.slice(-3)).toEqual(refused);
    expect(flood[0]?.id).toBe(503);
  });

  it('is filtered by what the address says, if that is known', () => {
    const filter = filterOf({ outcome: 'refused', type: 'identify' });
    expect(matches(entry(1, 'refused', 'identify'), filter)).toBe(true);
    expect(matches(entry(1, 'refused', 'track'), filter)).toBe(false);
    expect(matches(entry(1, 'accepted', 'identify'), filter)).toBe(false);
    expect(matches(entry(1, 'refused', null), filterOf({ outcome: 'refused' }))).toBe(true);
    expect(filterOf({ outcome: 'lost', type: 'toString' })).toEqual({ outcome: null, type: null });
  });

  it('has words for every reason and note of the server, and what to do about it', () => {
    const source = readFileSync('../crates/domain/src/tracking/reason.rs', 'utf8');
    const codes = [...source.matchAll(/=> "(\w+)"/g)].map(([, code]) => code).sort();
    expect(codes.length).toBeGreaterThan(10);
    for (const { reasons, fixes } of [zh.sources.debugger, en.sources.debugger]) {
      expect(Object.keys(reasons).sort()).toEqual(codes);
      expect(Object.keys(fixes).sort()).toEqual(codes);
    }
  });
});

describe('a shape', () => {
  it('stands on lines', () => {
    expect(indentedShape('{type: text, properties: {total: number, products: list of 2}, traits: {}}')).toBe(
      [
        '{',
        '  type: text,',
        '  properties: {',
        '    total: number,',
        '    products: list of 2',
        '  },',
        '  traits: {}',
        '}',
      ].join('\n'),
    );
  });

  it('may be cut off, or none', () => {
    expect(indentedShape('{a: {b: text, c…')).toBe('{\n  a: {\n    b: text,\n    c…');
    expect(indentedShape('not JSON')).toBe('not JSON');
    expect(indentedShape('}}')).toBe('\n}\n}');
  });
});
