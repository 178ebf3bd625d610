import { expect, it } from 'vitest';
import { createFmt } from '@/shared/fmt';
import { zh } from '@/shared/i18n/zh';
import { changedFields, changeLines, EMPTY, isCode, nextVersion, onTop, settingsOf, wordsOf } from './purposeForm';
import type { ConsentText } from './types';

const BASE = { ...EMPTY, code: 'marketing', name: '营销', channels: 'sms, email' };

it('lists are words between commas of either script', () => {
  expect(wordsOf(' sms，email、 push,,sms ')).toEqual(['sms', 'email', 'push']);
  expect(settingsOf({ ...BASE, traits: 'nickname，avatar' })).toEqual({
    name: '营销',
    description: '',
    channels: ['sms', 'email'],
    collects: { traits: ['nickname', 'avatar'], identifiers: [], sources: [] },
  });
});

it('a code is what the server takes for one', () => {
  expect(isCode('wechat.profile')).toBe(true);
  expect(isCode('')).toBe(false);
  expect(isCode('营销')).toBe(false);
  expect(isCode('a b')).toBe(false);
});

it('mine stands on top of theirs, and theirs is told', () => {
  expect(changedFields(BASE, { ...BASE, channels: 'sms,email' })).toEqual([]);
  const theirs = { ...BASE, name: '营销短信', identifiers: ['open_id'] };
  expect(onTop(BASE, { ...BASE, description: 'x' }, theirs)).toEqual({ ...theirs, description: 'x' });
  expect(changeLines(zh, createFmt('zh-CN', 'UTC'), BASE, theirs)).toEqual([
    '名称：营销 → 营销短信',
    '标识类型：无 → OpenID',
  ]);
});

it('suggests the version after the newest one', () => {
  const texts = (...versions: string[]) => ({ texts: versions.map((version) => ({ version }) as ConsentText) });
  expect(nextVersion(texts())).toBe('1');
  expect(nextVersion(texts('10', '9'))).toBe('11');
  expect(nextVersion(texts('2026-11'))).toBe('');
});
