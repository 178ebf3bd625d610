import { expect, it } from 'vitest';
import { healthOf, nameOf, testOutcome } from './health';
import type { Delivery, Webhook } from './types';

const webhook = (more: Partial<Webhook>) =>
  ({ state: 'active', paused_reason: null, failing_since: null, ...more }) as Webhook;

it('tells a pause that somebody wished from one that failures brought', () => {
  expect(healthOf(webhook({}))).toBe('active');
  expect(healthOf(webhook({ failing_since: '2026-11-21T00:00:00Z' }))).toBe('failing');
  expect(healthOf(webhook({ state: 'paused', paused_reason: 'by_hand' }))).toBe('paused');
  expect(healthOf(webhook({ state: 'paused', paused_reason: 'failures' }))).toBe('gave_up');
  expect(healthOf(webhook({ state: 'paused', paused_reason: 'gone', failing_since: '2026-11-21T00:00:00Z' }))).toBe(
    'gone',
  );
});

it('calls a webhook by its description, else by where it goes', () => {
  expect(nameOf({ description: 'crm', url: 'https://crm.example.com/hooks' })).toBe('crm');
  expect(nameOf({ description: '', url: 'https://crm.example.com/hooks' })).toBe('crm.example.com');
  expect(nameOf({ description: '', url: 'nowhere' })).toBe('nowhere');
});

it('a test is under way until it was tried', () => {
  const delivery = (more: Partial<Delivery>) => ({ state: 'waiting', attempts: 0, ...more }) as Delivery;
  expect(testOutcome(undefined)).toBe('under_way');
  expect(testOutcome(delivery({}))).toBe('under_way');
  expect(testOutcome(delivery({ attempts: 1 }))).toBe('failed');
  expect(testOutcome(delivery({ attempts: 1, state: 'delivered' }))).toBe('arrived');
});
