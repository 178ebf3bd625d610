import { expect, it } from 'vitest';
import { createFmt } from '@/shared/fmt';
import { zh } from '@/shared/i18n/zh';
import type { Webhook, WebhookSettings } from './types';
import { changedFields, changeLines, onTop, settingsOf } from './webhookForm';

const BASE: WebhookSettings = {
  url: 'https://crm.example.com/hooks',
  description: 'crm',
  event_types: ['order.created', 'order.refunded'],
  with_imports: false,
};

it('blanks and the order of types change nothing', () => {
  const same = { ...BASE, url: ` ${BASE.url} `, event_types: ['order.refunded', 'order.created'] };
  expect(changedFields(BASE, same)).toEqual([]);
  expect(settingsOf(same)).toEqual(BASE);
});

it('mine stands on top of theirs, what I did not touch is theirs', () => {
  const mine = { ...BASE, with_imports: true };
  const theirs = { ...BASE, description: 'crm 2', version: 2 } as Webhook;
  expect(onTop(BASE, mine, theirs)).toEqual({ ...BASE, description: 'crm 2', with_imports: true });
});

it('tells in words what they changed', () => {
  const lines = changeLines(zh, createFmt('zh-CN', 'UTC'), BASE, {
    ...BASE,
    description: '',
    event_types: ['order.created'],
  });
  expect(lines).toEqual(['用途：crm → 无', '事件：订单新增和订单退款 → 订单新增']);
});
