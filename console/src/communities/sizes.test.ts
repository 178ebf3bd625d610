import { expect, it } from 'vitest';
import { isSize, sizesOf } from './sizes';

it('a size is a whole number from 2 to 500', () => {
  expect(['2', '200', ' 500 '].map(isSize)).toEqual([true, true, true]);
  expect(['', ' ', '1', '501', '2.5', 'x', '-3'].map(isSize)).toEqual(Array(7).fill(false));
});

it('equal sizes are told once', () => {
  expect(sizesOf([160, 160, 160, 160], String)).toBe('160 × 4');
  expect(sizesOf([3, 2, 2], String)).toBe('3 × 1, 2 × 2');
  expect(sizesOf([], String)).toBe('');
});
