import { expect, it } from 'vitest';
import { matching, withoutRule, withRule } from './rules';

const rule = (kind: string, name: string, stage: string, is_own: boolean) => ({ kind, name, stage, is_own });
const table = {
  version: 3,
  rules: [
    rule('event', '', 'learn', false),
    rule('event', 'Call Ended', 'query', false),
    rule('event', 'Tasted', 'interact', true),
    rule('page', '', 'contact', true),
  ],
};

it('one rule is set or taken out, the other own ones stay', () => {
  const set = { kind: 'event', name: 'Tasted', stage: 'buy' };
  expect(withRule(table, set)).toEqual([{ kind: 'page', name: '', stage: 'contact' }, set]);
  expect(withoutRule(table, { kind: 'page', name: '' })).toEqual([
    { kind: 'event', name: 'Tasted', stage: 'interact' },
  ]);
});

it('finds by stage, by who made it and by name, own ones first', () => {
  const names = (search: Record<string, string>) =>
    matching(table.rules, search).map((one) => `${one.kind} ${one.name}`);
  expect(names({})).toEqual(['event Tasted', 'page ', 'event ', 'event Call Ended']);
  expect(names({ state: 'own', stage: 'contact' })).toEqual(['page ']);
  expect(names({ search: 'call' })).toEqual(['event Call Ended']);
});
