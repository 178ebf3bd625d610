import { expect, it } from 'vitest';
import { zh } from '@/shared/i18n/zh';
import { channelOf, EMPTY, faultsOf, formOf, withChannel } from './channelForm';

const sms = {
  code: 'sms',
  name_zh: '短信',
  name_en: 'SMS',
  identifiers: ['phone'],
  purpose: 'marketing',
  consent: 'granted',
  quota: { messages: 2, days: 30 },
  cost_milli_minor: 4500,
  is_connection: true,
};

it('a channel that was opened and not touched is sent as it was; its cost is typed as an amount', () => {
  expect(formOf(sms, 2).cost).toBe('0.04500');
  expect(channelOf(formOf(sms, 2), 2)).toEqual(sms);
  expect(channelOf({ ...formOf(sms, 2), cost: '0.045', messages: '' }, 2)).toEqual({ ...sms, quota: null });
  expect(faultsOf(zh, formOf(sms, 2), 2)).toEqual({});
});

it('what is missing or out of range is told at its place', () => {
  expect(Object.keys(faultsOf(zh, EMPTY, 2))).toEqual(['code', 'name_zh', 'name_en', 'identifiers']);
  const wrong = { ...formOf(sms, 2), purpose: 'two words', messages: '0', days: '61', cost: '0.0000001' };
  expect(Object.keys(faultsOf(zh, wrong, 2))).toEqual(['purpose', 'messages', 'days', 'cost']);
});

it('one channel takes the place of the one with its code, a new one comes last', () => {
  const mail = { ...sms, code: 'email' };
  expect(withChannel([sms, mail], { ...sms, name_en: 'Text' }).map((one) => one.name_en)).toEqual(['Text', 'SMS']);
  expect(withChannel([sms], mail).map(({ code }) => code)).toEqual(['sms', 'email']);
});
