import { describe, expect, it } from 'vitest';
import { ruleOf } from './rule';

// Plays with the same texts in `crates/app/tests/suite/communities.rs`.
describe('the rule of a figure', () => {
  it('names who joined and whose join was not taken back', () => {
    expect(ruleOf(['coffee_1'], 'joined')).toBe(
      'did event "Community Joined"["group" is "coffee_1"] and never event "Community Join Undone"["group" is "coffee_1"] after last event "Community Joined"["group" is "coffee_1"]',
    );
  });

  it('names who is in one of several groups', () => {
    expect(ruleOf(['a', 'b"'], 'in')).toBe(
      'did event "Community Joined"["group" is one of ("a", "b\\"")] and never event "Community Left" + event "Community Join Undone"["group" is one of ("a", "b\\"")] after last event "Community Joined"["group" is one of ("a", "b\\"")]',
    );
  });

  it('is none where invitations decide, which are no facts, or where there are too many groups', () => {
    expect(ruleOf(['a'], 'waiting')).toBeNull();
    expect(ruleOf(['a'], '')).toBeNull();
    expect(ruleOf([], 'in')).toBeNull();
    expect(
      ruleOf(
        Array.from({ length: 21 }, (_, place) => `g_${place}`),
        'in',
      ),
    ).toBeNull();
  });
});
