import { describe, expect, it } from 'vitest';
import type { Rule } from '../types';
import { besides, EMPTY, inOrder, ruleOf } from './ruleForm';

describe('a new rule', () => {
  it('has an integer amount in the smallest unit', () => {
    expect(ruleOf({ ...EMPTY, amount: 5, event: ' Unfollowed ' }, 2)).toEqual({
      rule: { kind: 'sign_up', amount_minor: 500, days: 7, event: 'Unfollowed' },
    });
    expect(ruleOf({ ...EMPTY, amount: 0.29 }, 2)).toMatchObject({ rule: { amount_minor: 29, event: null } });
    expect(ruleOf({ ...EMPTY, amount: 500 }, 0)).toMatchObject({ rule: { amount_minor: 500 } });
  });

  it('says what is wrong at its field', () => {
    expect(ruleOf(EMPTY, 2)).toEqual({ faults: { amount_minor: 'required' } });
    expect(ruleOf({ ...EMPTY, amount: 0.001 }, 2)).toEqual({ faults: { amount_minor: 'too_small' } });
    expect(ruleOf({ kind: 'first_order', amount: 2_000_000, days: 366, event: '' }, 2)).toEqual({
      faults: { amount_minor: 'too_large', days: 'too_large' },
    });
  });

  it('of first orders names no event, and days that are not asked for are no fault', () => {
    expect(ruleOf({ kind: 'first_order', amount: 1, days: 30, event: 'X' }, 2)).toMatchObject({
      rule: { event: null },
    });
    expect(ruleOf({ ...EMPTY, amount: 1, days: '' }, 2)).toMatchObject({ rule: { days: 7 } });
  });
});

const rule = (id: string, more: Partial<Rule> = {}) =>
  ({ id, kind: 'sign_up', created_at: '2026-01-01T00:00:00Z', ended_at: null, ...more }) as Rule;

it('those in force come first, and a new one earns besides those of its kind', () => {
  const rules = [
    rule('old', { ended_at: '2026-02-01T00:00:00Z' }),
    rule('now'),
    rule('newer', { created_at: '2026-03-01T00:00:00Z' }),
    rule('orders', { kind: 'first_order', created_at: '2025-01-01T00:00:00Z' }),
  ];
  expect(inOrder(rules).map(({ id }) => id)).toEqual(['newer', 'now', 'orders', 'old']);
  expect(besides(rules, 'sign_up').map(({ id }) => id)).toEqual(['now', 'newer']);
});
