import { expect, it } from 'vitest';
import { changedFields, onTop, trimmed } from './onTop';

const base = { name: 'tea', text: 'green' };

it('blanks around a text are no change', () => {
  expect(changedFields(base, { name: ' tea ', text: 'black' })).toEqual(['text']);
  expect(trimmed({ name: ' tea ' })).toEqual({ name: 'tea' });
});

it('what I typed stands on what somebody else made of it meanwhile', () => {
  expect(onTop(base, { name: 'tea', text: 'black' }, { name: 'chá', text: 'white' })).toEqual({
    name: 'chá',
    text: 'black',
  });
});
