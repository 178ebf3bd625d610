import { expect, it } from 'vitest';
import { shown } from './shown';

it('several choices stand one after the other, everything else stays as it is', () => {
  expect(shown({ type: 'choices' }, '["coffee","tea"]')).toBe('coffee · tea');
  expect(shown({ type: 'choices' }, 'tea')).toBe('tea');
  expect(shown({ type: 'text' }, '["tea"]')).toBe('["tea"]');
});
