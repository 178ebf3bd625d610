import { codeFault, nameFaults } from '@/app/forms/codes';
import { majorText, minorOf } from '@/codes/money';
import type { Messages } from '@/shared/i18n';
import type { ReachChannel } from './types';

// As the server has it.
export const CHANNELS_MAX = 12;
const MESSAGES_MAX = 1000;
const DAYS_MAX = 60;
const COST_MAX = 1_000_000_000;
/** A cost is in thousandths of the smallest unit. */
const MILLI_DIGITS = 3;
const PURPOSE = /^[A-Za-z0-9_.-]{1,64}$/;

export const IDENTIFIERS = [
  'phone',
  'email',
  'open_id',
  'union_id',
  'android.push_token',
  'ios.push_token',
  'member_no',
  'user_id',
] as const;

/** As it is typed: types of identifiers with commas, no messages for no quota, `is_connection` is `yes` or empty. */
export type ChannelForm = Record<
  | 'code'
  | 'name_zh'
  | 'name_en'
  | 'identifiers'
  | 'purpose'
  | 'consent'
  | 'messages'
  | 'days'
  | 'cost'
  | 'is_connection',
  string
>;

export const EMPTY: ChannelForm = {
  code: '',
  name_zh: '',
  name_en: '',
  identifiers: '',
  purpose: 'marketing',
  consent: 'granted',
  messages: '',
  days: '30',
  cost: '',
  is_connection: 'yes',
};

export const identifiersOf = (form: Pick<ChannelForm, 'identifiers'>) =>
  form.identifiers === '' ? [] : form.identifiers.split(',');

export function formOf(channel: ReachChannel, exponent: number): ChannelForm {
  const { code, name_zh, name_en, identifiers, purpose, consent, quota, cost_milli_minor, is_connection } = channel;
  return {
    code,
    name_zh,
    name_en,
    identifiers: identifiers.join(','),
    purpose,
    consent,
    messages: quota === null ? '' : String(quota.messages),
    days: quota === null ? '30' : String(quota.days),
    cost: majorText(cost_milli_minor, exponent + MILLI_DIGITS),
    is_connection: is_connection ? 'yes' : '',
  };
}

export function channelOf(form: ChannelForm, exponent: number): ReachChannel {
  const { code, name_zh, name_en, purpose, consent, messages, days } = form;
  return {
    code,
    name_zh,
    name_en,
    identifiers: identifiersOf(form),
    purpose,
    consent,
    quota: messages === '' ? null : { messages: Number(messages), days: Number(days) },
    cost_milli_minor: minorOf(form.cost, exponent + MILLI_DIGITS) ?? 0,
    is_connection: form.is_connection !== '',
  };
}

/** All channels with this one, in the place of the one with its code. */
export function withChannel(channels: ReachChannel[], channel: ReachChannel): ReachChannel[] {
  const isThere = channels.some(({ code }) => code === channel.code);
  return isThere ? channels.map((one) => (one.code === channel.code ? channel : one)) : [...channels, channel];
}

const isWhole = (text: string, max: number) => /^\d+$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= max;

/** What is wrong before it is sent. */
export function faultsOf(t: Messages, form: ChannelForm, exponent: number): Partial<ChannelForm> {
  const f = t.reach.channel.form;
  const cost = minorOf(form.cost, exponent + MILLI_DIGITS);
  const hasQuota = form.messages.trim() !== '';
  return {
    ...codeFault(t, form.code, f.codeHint),
    ...nameFaults(t, form),
    ...(form.identifiers === '' ? { identifiers: f.oneIdentifier } : {}),
    ...(PURPOSE.test(form.purpose.trim()) ? {} : { purpose: f.purposeHint }),
    ...(hasQuota && !isWhole(form.messages, MESSAGES_MAX) ? { messages: f.messagesRange } : {}),
    ...(hasQuota && !isWhole(form.days, DAYS_MAX) ? { days: f.daysRange } : {}),
    ...(cost === null || cost > COST_MAX ? { cost: f.costRange } : {}),
  };
}
