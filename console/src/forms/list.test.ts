import { expect, it } from 'vitest';
import { matching, shownOf, stateOf } from './list';
import type { Form } from './types';

const form = (name: string, more: Partial<Form['settings']> = {}, archived_at: string | null = null) =>
  ({
    id: 'frm_x',
    path: '/f/7K3M9XQ2AB',
    archived_at,
    settings: {
      name,
      title: { zh: '收货信息', en: 'Delivery' },
      campaign: null,
      fields: [{ name: 'phone' }],
      ends_at: null,
      clerk_script: null,
      ...more,
    },
  }) as Form;

it('a form is open until it ends or is closed', () => {
  const now = Date.parse('2026-06-01T00:00:00Z');
  expect(stateOf(form('a'), now)).toBe('open');
  expect(stateOf(form('a', { ends_at: '2026-06-01T00:00:01Z' }), now)).toBe('open');
  expect(stateOf(form('a', { ends_at: '2026-06-01T00:00:00Z' }), now)).toBe('ended');
  expect(stateOf(form('a', { ends_at: '2026-05-01T00:00:00Z' }, '2026-05-02T00:00:00Z'), now)).toBe('closed');
});

it('finds forms by name, title, campaign, field and address', () => {
  const forms = [form('Spring', { campaign: 'tea' }), form('Autumn', { title: { zh: '会员', en: 'Members' } })];
  expect(matching(forms, ' SPRING ')).toEqual([forms[0]]);
  expect(matching(forms, '会员')).toEqual([forms[1]]);
  expect(matching(forms, 'tea')).toEqual([forms[0]]);
  expect(matching(forms, 'phone')).toHaveLength(2);
  expect(matching(forms, '7k3m')).toHaveLength(2);
});

it('an address that says nothing, or nonsense, shows what is open', () => {
  expect(shownOf({})).toEqual({ text: '', state: 'open', page: 1 });
  expect(shownOf({ state: 'lost', page: '-3' })).toEqual({ text: '', state: 'open', page: 1 });
  expect(shownOf({ state: 'ended', page: '2', search: 'x' })).toEqual({ text: 'x', state: 'ended', page: 2 });
});
