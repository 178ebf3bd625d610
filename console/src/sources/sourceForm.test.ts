import { describe, expect, it } from 'vitest';
import type { SourceSettings } from '@/shared/api/types';
import { createFmt } from '@/shared/fmt';
import { en } from '@/shared/i18n/en';
import { zh } from '@/shared/i18n/zh';
import { changedFields, changeLines, formOf, isRateLimit, onTop, settingsOf } from './sourceForm';

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
      expect(settingsOf(formOf(settings), 'active')).toEqual(settings);
    expect(settingsOf(formOf(SHOP), 'paused').state).toBe('paused');
    expect(settingsOf({ ...formOf(SHOP), name: ' till 3 ' }, 'active').name).toBe('till 3');
  });

  it('takes whole limits that the server takes, or none', () => {
    for (const text of ['', ' ', '1', '1000', '100000']) expect(isRateLimit(text), text).toBe(true);
    for (const text of ['0', '-1', '1.5', '100001', 'many', '1e9']) expect(isRateLimit(text), text).toBe(false);
  });

  it('keeps my changes on top of somebody else’s', () => {
    const mine = { ...SHOP, rate_limit: 50 };
    const theirs = { ...SHOP, name: 'shop', state: 'paused' as const, version: 3, id: 'src_1' };
    expect(changedFields(SHOP, mine)).toEqual(['rate_limit']);
    expect(onTop(SHOP, mine, theirs)).toEqual({ ...SHOP, name: 'shop', state: 'paused', rate_limit: 50 });
  });

  it('tells in words what was changed', () => {
    const after = { ...SHOP, kind: 'till' as const, state: 'paused' as const, rate_limit: 1000 };
    expect(changeLines(en, createFmt('en', 'UTC'), SHOP, after)).toEqual([
      'Kind: Website → Till',
      'State: active → paused',
      'Rate limit (messages a second): none → 1,000 a second',
    ]);
    expect(changeLines(zh, createFmt('zh-CN', 'UTC'), SHOP, after)[0]).toBe('种类：网站 → 收银台');
  });
});
