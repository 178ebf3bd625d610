import { expect, it } from 'vitest';
import { byPurpose, collected, leavesNothingGranted, writtenBy } from './decisions';
import type { ConsentState, Purpose } from './types';

const state = (purpose: string, channel: string | null, decision = 'granted') =>
  ({ purpose, channel, decision }) as ConsentState;
const purpose = (code: string, collects = {}) => ({ code, collects }) as Purpose;

it('registered purposes come first, also those that nobody was asked for', () => {
  const found = byPurpose(
    [purpose('marketing'), purpose('wechat.profile')],
    [state('marketing', 'sms'), state('C0002', null), state('marketing', null)],
  );
  expect(found.map(({ code, purpose: own, states }) => [code, own !== null, states.map((one) => one.channel)])).toEqual(
    [
      ['marketing', true, [null, 'sms']],
      ['wechat.profile', true, []],
      ['C0002', false, [null]],
    ],
  );
});

it('erases only where no channel is granted any more', () => {
  const states = [state('m', 'sms'), state('m', 'email'), state('m', 'push', 'denied')];
  expect(leavesNothingGranted(states, 'revoked', null)).toBe(true);
  expect(leavesNothingGranted(states, 'revoked', ['sms'])).toBe(false);
  expect(leavesNothingGranted(states, 'denied', ['sms', 'email'])).toBe(true);
  expect(leavesNothingGranted(states, 'granted', null)).toBe(false);
  // A grant for all channels goes on where only one of them is taken back.
  expect(leavesNothingGranted([state('m', null)], 'revoked', ['sms'])).toBe(false);
  expect(leavesNothingGranted([], 'denied', ['sms'])).toBe(true);
});

it('says what a purpose collects, or that it collects nothing', () => {
  expect(collected(null)).toBeNull();
  expect(collected(purpose('m', { sources: ['src_1'] }))).toBeNull();
  expect(collected(purpose('m', { traits: ['nickname'] }))).toEqual({
    traits: ['nickname'],
    identifiers: [],
    sources: [],
  });
});

it('finds who wrote it down in the evidence, whatever that looks like', () => {
  const evidence = { properties: { recorded_by: { name: 'Lin' }, note: 'form 7' } };
  expect(writtenBy({ evidence })).toEqual({ name: 'Lin', note: 'form 7' });
  expect(writtenBy({ evidence: { properties: null } })).toEqual({ name: null, note: null });
});
