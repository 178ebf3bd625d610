import { expect, it } from 'vitest';
import { ratioOf } from './percentile';

it('a percentile is out of a hundred, also where it is small', () => {
  expect(ratioOf(100)).toBe(1);
  expect(ratioOf(37.5)).toBe(0.375);
  expect(ratioOf(1)).toBe(0.01);
  expect(ratioOf(0.03)).toBeCloseTo(0.0003, 12);
});

it('among nine customers the lowest is a ninth, and those who share the best value are all of them', () => {
  expect(ratioOf((100 * 1) / 9)).toBeCloseTo(1 / 9, 12);
  expect(ratioOf((100 * 9) / 9)).toBe(1);
});
