import { describe, expect, it } from 'vitest';
import { narrowedText, regionText, rowText } from './texts';

describe('rules of what is shown', () => {
  it('name a tag or a value as rules do', () => {
    expect(rowText({ kind: 'tag', of: 'stage', code: '老 客' })).toBe('has tag "老 客"');
    expect(rowText({ kind: 'value', of: 'city', code: '成"都' })).toBe('city is "成\\"都"');
    expect(rowText({ kind: 'value', of: 'first', code: 'true' })).toBe('"first" is "true"');
  });

  it('stand beside what they narrow', () => {
    const row = { kind: 'tag', of: 'stage', code: 'vip' } as const;
    expect(narrowedText({ segment: 'a' }, row)).toBe('in segment a and has tag vip');
    expect(narrowedText({ text: 'reachable or city exists' }, row)).toBe('(reachable or city exists) and has tag vip');
  });

  it('leave out the other segments', () => {
    expect(regionText(['a', 'c'], ['a', 'b', 'c'])).toBe('in segment a and not in segment b and in segment c');
  });
});
