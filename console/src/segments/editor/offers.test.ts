import { describe, expect, it } from 'vitest';
import { zh } from '@/shared/i18n/zh';
import type { Catalogue } from '../types';
import { found, type Offer, offersOf, placed } from './offers';

const CATALOGUE: Catalogue = {
  currency: 'CNY',
  fields: [
    { name: 'city', type: 'text', allowed: [] },
    { name: 'level', type: 'text', allowed: ['gold', 'blue'] },
    { name: 'first', type: 'number', allowed: [] },
    { name: '$lifetime_value', type: 'money', allowed: [] },
  ],
  tags: ['vip', '老 客'],
  tag_groups: ['stage'],
  segments: ['champions'],
  channels: ['sms'],
  purposes: ['marketing'],
  events: [{ name: 'Product Added', properties: [{ name: 'price', type: 'money', allowed: [] }] }],
  orders: [{ name: 'store', type: 'text', allowed: [] }],
  lines: [{ name: 'sku', type: 'text', allowed: [] }],
  pages: [{ name: 'path', type: 'text', allowed: [] }],
  screens: [],
};

const offers = offersOf(zh, CATALOGUE);
const selected = ({ text, select: [from, to] }: Pick<Offer, 'text' | 'select'>) => text.slice(from, to);
const texts = (search: string) => found(zh, offers, search).flatMap((group) => group.offers.map(({ text }) => text));

describe('what can be asked', () => {
  it('is written as rules are, with names in quotes where they need them', () => {
    const all = offers.map(({ text }) => text);
    for (const text of [
      'city is ""',
      'level is "gold"',
      '"first" >= 1',
      '$lifetime_value >= 100.00 CNY',
      'has tag vip',
      'has tag "老 客"',
      'has tag of stage',
      'in segment champions',
      'reachable by sms',
      'consent granted to marketing',
      'did event "Product Added" in last 30 days',
      'did event "Product Added"[price >= 100.00 CNY]',
      'did orders[store is ""]',
      'did orders[line [sku is ""]]',
      'did pages[path is ""]',
      'never anything in last 60 days',
    ])
      expect(all).toContain(text);
    expect(all.filter((text) => /[|@#%]/.test(text.replaceAll('60%', '')))).toEqual([]);
  });

  it('says what of it is to be typed over', () => {
    const of = (text: string) => selected(offers.find((one) => one.text === text) as Offer);
    expect(of('level is "gold"')).toBe('gold');
    expect(of('did event "Product Added"[price >= 100.00 CNY]')).toBe('100.00');
    expect(of('never anything in last 60 days')).toBe('60');
    expect(of('reachable')).toBe('');
  });

  it('is found by all words that are typed, in whatever order', () => {
    expect(texts('price added')).toEqual(['did event "Product Added"[price >= 100.00 CNY]']);
    expect(texts('标签 vip')).toEqual(['has tag vip']);
    expect(texts('nothing like it')).toEqual([]);
  });
});

describe('putting it into a rule', () => {
  const offer = offers.find(({ text }) => text === 'level is "gold"') as Offer;
  const put = (text: string, at: number) => {
    const what = placed(text, at, offer);
    expect(selected(what)).toBe('gold');
    return text.slice(0, at) + what.text + text.slice(at);
  };

  it('joins it to what stands there', () => {
    expect(put('', 0)).toBe('level is "gold"');
    expect(put('reachable', 9)).toBe('reachable\nand level is "gold"');
    expect(put('reachable\n', 10)).toBe('reachable\nand level is "gold"');
    expect(put('reachable and', 13)).toBe('reachable and level is "gold"');
    expect(put('reachable or not ', 17)).toBe('reachable or not level is "gold"');
    expect(put('(', 1)).toBe('(level is "gold"');
    expect(put('() and reachable', 1)).toBe('(level is "gold") and reachable');
    expect(put('reachable', 0)).toBe('level is "gold"\nand reachable');
    expect(put('a exists  and reachable', 9)).toBe('a exists \nand level is "gold" and reachable');
  });
});
