import { describe, expect, it } from 'vitest';
import { createFmt } from '@/shared/fmt';
import { figureText, nameOf, tintOf } from './figures';
import type { Feature } from './types';

const feature = (isMoney: boolean) => ({ is_money: isMoney }) as Feature;

describe('figures of clusters', () => {
  const fmt = createFmt('en', 'Asia/Shanghai');
  const found = { currency: 'CNY', currency_exponent: 2 };

  it('are shown in natural units, amounts in the currency', () => {
    expect(figureText(fmt, found, feature(false), 12.3456)).toBe('12.35');
    expect(figureText(fmt, found, feature(false), 1234.5)).toBe('1,235');
    expect(figureText(fmt, found, feature(true), 123_456.4)).toBe('¥1,234.56');
    expect(figureText(fmt, found, feature(true), null)).toBe('—');
  });

  it('are tinted by how far they are from all', () => {
    expect([0, -1, 2, -9].map(tintOf)).toEqual([0, 0.5, 1, 1]);
  });

  it('have a number until somebody gives them a name', () => {
    const unnamed = (number: string) => `Cluster ${number}`;
    expect(nameOf({ name: '', number: 3 }, unnamed)).toBe('Cluster 3');
    expect(nameOf({ name: 'Loyal', number: 3 }, unnamed)).toBe('Loyal');
  });
});
