import { expect, it } from 'vitest';
import { stateOf, worstFirst } from './events';

const event = (name: string, facts: number, violating: number) => ({
  type: 'track',
  name,
  facts,
  violating,
  last_at: null,
});

it('an event that comes and is never right is not covered', () => {
  expect(stateOf({ facts: 0, violating: 0 })).toBe('missing');
  expect(stateOf({ facts: 3, violating: 3 })).toBe('wrong');
  expect(stateOf({ facts: 3, violating: 2 })).toBe('covered');
});

it('what needs somebody comes first', () => {
  const events = [event('good', 9, 0), event('partly', 9, 2), event('never', 0, 0), event('bad', 4, 4)];
  expect(worstFirst(events).map(({ name }) => name)).toEqual(['bad', 'never', 'partly', 'good']);
});
