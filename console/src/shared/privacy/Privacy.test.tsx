import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PrivacyProvider, REVEAL_MS, usePrivacy, useReveal } from './Privacy';

beforeEach(() => {
  sessionStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function open(person = 'usr_1') {
  const wrapper = ({ children }: { children: ReactNode }) => (
    <PrivacyProvider person={person}>{children}</PrivacyProvider>
  );
  return renderHook(() => ({ ...usePrivacy(), phone: useReveal('phone', '13800000000') }), { wrapper }).result;
}

it('begins masked, and the choice to see everything holds for the session of this person', () => {
  const first = open();
  expect(first.current.phone.text).toBe('138****0000');
  expect(first.current.shown).toBe(0);
  act(() => first.current.setMasked(false));
  expect(first.current.phone.text).toBe('13800000000');
  expect(first.current.phone.canReveal).toBe(false);
  expect(first.current.shown).toBe(1);
  cleanup();
  expect(open().current.masked).toBe(false);
  expect(open('usr_2').current.masked).toBe(true);
});

it('a field that was asked for is covered again after half a minute', () => {
  const field = open();
  act(() => field.current.phone.setRevealed(true));
  expect(field.current.phone.text).toBe('13800000000');
  expect(field.current.phone.canReveal).toBe(true);
  expect(field.current.shown).toBe(1);
  act(() => vi.advanceTimersByTime(REVEAL_MS));
  expect(field.current.phone.text).toBe('138****0000');
  expect(field.current.shown).toBe(0);
});
