import { describe, expect, it } from 'vitest';
import type { SourceSettings } from '@/shared/api/types';
import { createFmt } from '@/shared/fmt';
import { en } from '@/shared/i18n/en';
import { zh } from '@/shared/i18n/zh';
import { formOf, isRateLimit, sayOf, settingsOf } from './sourceForm';

const SHOP: SourceSettings = {
  name: 'web shop',
  kind: 'website',
  state: 'active',
  user_id_type: 'user_id',
  rate_limit: null,
};

describe('the form of a source', () => {
  it('gives back what it was made from, and leaves a paused source paused', () => {
    for (const settings of [SHOP, { ...SHOP, rate_limit: 1000 }])
      expect(settingsOf(formOf(settings))).toEqual(settings);
    expect(settingsOf(formOf({ ...SHOP, state: 'paused' })).state).toBe('paused');
    expect(settingsOf({ ...formOf(SHOP), name: ' till 3 ' }).name).toBe('till 3');
  });

  it('takes whole limits that the server takes, or none', () => {
    for (const text of ['', ' ', '1', '1000', '100000']) expect(isRateLimit(text), text).toBe(true);
    for (const text of ['0', '-1', '1.5', '100001', 'many', '1e9']) expect(isRateLimit(text), text).toBe(false);
  });

  it('tells in words what a value is', () => {
    const say = sayOf(en, createFmt('en', 'UTC'));
    expect(say('kind', 'till')).toBe('Till');
    expect(say('state', 'paused')).toBe('paused');
    expect(say('rate_limit', '')).toBe('none');
    expect(say('rate_limit', '1000')).toBe('1,000 a second');
    expect(sayOf(zh, createFmt('zh-CN', 'UTC'))('kind', 'website')).toBe('网站');
  });
});
