import { expect, it } from 'vitest';
import { majorText, minorOf } from './money';

it('an amount is read by its digits', () => {
  expect(minorOf('', 2)).toBe(0);
  expect(minorOf('19.99', 2)).toBe(1999);
  expect(minorOf(' ¥1,200.5 ', 2)).toBe(120_050);
  expect(minorOf('0.290', 2)).toBe(29);
  expect(minorOf('12', 0)).toBe(12);
  for (const wrong of ['-1', '1.999', 'twelve', '1.', '１２']) expect(minorOf(wrong, 2), wrong).toBeNull();
  expect(minorOf('1.5', 0)).toBeNull();
});

it('and is written as it was typed', () => {
  for (const [minor, exponent, text] of [
    [0, 2, ''],
    [5, 2, '0.05'],
    [1200, 2, '12'],
    [120_050, 2, '1200.50'],
    [12, 0, '12'],
  ] as const) {
    expect(majorText(minor, exponent)).toBe(text);
    expect(minorOf(text, exponent)).toBe(minor);
  }
});
