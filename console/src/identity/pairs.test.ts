import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from '@/shared/i18n/en';
import { zh } from '@/shared/i18n/zh';
import { differs, leftOffOnce, needsCare, suggestionsOf } from './pairs';
import type { CustomerIdentity, LeftOff, MergeField, MergePreview } from './types';

const leftOff = (type: string, other: string | null, more: Partial<LeftOff> = {}): LeftOff => ({
  type,
  value: '1',
  reason: 'other_customer',
  other,
  source: 'a.csv',
  at: '2026-09-12T06:00:00Z',
  ...more,
});

const word = (value: string) => ({ value, source: 'a.csv', at: '2026-09-12T06:00:00Z' });
const field = (mine: string | null, theirs: string | null) =>
  ({ survivor_says: mine && word(mine), absorbed_says: theirs && word(theirs) }) as MergeField;

/** Codes that the server may give for an enum of identity. */
function codesOf(type: string, file: string): string[] {
  const source = readFileSync(`../crates/domain/src/identity/${file}`, 'utf8');
  const rest = source.slice(source.indexOf(`impl ${type} {`));
  const body = rest.slice(rest.indexOf('fn code(self)'), rest.indexOf('\n    }\n', rest.indexOf('fn code(self)')));
  return [...body.matchAll(/=> "([\w.]+)"/g)].map(([, code]) => code as string).sort();
}

describe('two customers', () => {
  it('are suggested by the identifiers that point to somebody else', () => {
    const identity = {
      left_off: [
        leftOff('phone', 'cus_2'),
        leftOff('email', 'cus_2'),
        leftOff('phone', 'cus_3'),
        leftOff('email', null),
      ],
    } as CustomerIdentity;
    expect(suggestionsOf(identity)).toEqual([
      { id: 'cus_2', types: ['phone', 'email'] },
      { id: 'cus_3', types: ['phone'] },
    ]);
  });

  it('are told of an identifier once, however often it came', () => {
    const again = leftOff('phone', 'cus_2', { at: '2026-08-01T06:00:00Z' });
    expect(leftOffOnce([leftOff('phone', 'cus_2'), again, leftOff('phone', 'cus_3')])).toHaveLength(2);
  });

  it('differ where both have a word, and not the same one', () => {
    expect([differs(field('a', 'b')), differs(field('a', 'a')), differs(field('a', null))]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('are merged with care where a limit or a person stands against it', () => {
    const calm = { kept_apart: false, over_limit: [], too_many_profiles: false } as unknown as MergePreview;
    expect(needsCare(calm)).toBe(false);
    expect(needsCare({ ...calm, kept_apart: true })).toBe(true);
    expect(needsCare({ ...calm, too_many_profiles: true })).toBe(true);
  });

  it('are spoken of in words for every code of the server', () => {
    for (const { identity, common } of [zh, en]) {
      expect(Object.keys(common.identifiers)).toEqual(expect.arrayContaining(codesOf('IdentifierType', 'types.rs')));
      expect(Object.keys(identity.merge.preview.reasons).sort()).toEqual(codesOf('Because', 'fields.rs'));
      expect(Object.keys(identity.leftOff.reasons).sort()).toEqual(codesOf('LeftOffReason', 'matching.rs'));
    }
  });
});
