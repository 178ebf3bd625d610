import { expect, it } from 'vitest';
import { instantOf, localOf } from './localTime';

it('a field of date and time is the wall clock of the brand, wherever the browser is', () => {
  expect(localOf('Asia/Shanghai', '2026-11-21T02:30:59Z')).toBe('2026-11-21T10:30');
  expect(instantOf('Asia/Shanghai', '2026-11-21T10:30')).toBe('2026-11-21T02:30:00Z');
  expect(instantOf('America/New_York', '2026-07-01T00:00')).toBe('2026-07-01T04:00:00Z');
});

it('both sides of a change of the clock are told apart', () => {
  expect(instantOf('Europe/Berlin', '2026-03-29T01:59')).toBe('2026-03-29T00:59:00Z');
  expect(instantOf('Europe/Berlin', '2026-03-29T03:00')).toBe('2026-03-29T01:00:00Z');
  expect(instantOf('Europe/Berlin', '2026-10-25T03:00')).toBe('2026-10-25T02:00:00Z');
});

it('an empty field is no instant', () => {
  expect(instantOf('UTC', '')).toBeNull();
  expect(instantOf('UTC', 'soon')).toBeNull();
});
