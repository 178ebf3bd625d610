import { describe, expect, it } from 'vitest';
import { en } from '@/shared/i18n/en';
import { farthest, isClear, middleOf, spanOf } from './figures';
import {
  ARMS_MIN,
  armsOf,
  attributeFaults,
  attributeForm,
  attributeOf,
  EMPTY_ATTRIBUTE,
  emptyTest,
  testFaults,
  testForm,
  testOf,
} from './forms';
import type { Attribute, Comparison, InnovationTest } from './types';

const TEST = {
  name: 'Gift box',
  innovation: 'product',
  hypothesis: '',
  started_on: '2026-11-01',
  arms: [
    { name: 'As before', people: 2000, conversions: 200 },
    { name: 'Gift box', people: 2000, conversions: 240 },
  ],
} as InnovationTest;

describe('a test', () => {
  it('is typed as it was read', () => {
    expect(testOf(testForm(TEST))).toEqual({ ...TEST });
    expect(armsOf(emptyTest('2026-11-29'))).toHaveLength(ARMS_MIN);
  });

  it('needs names, and no more conversions than people', () => {
    const arms = (conversions: string) =>
      JSON.stringify([
        { name: 'A', people: '10', conversions },
        { name: 'B', people: '', conversions: '' },
      ]);
    expect(Object.keys(testFaults(en, emptyTest('')))).toEqual(['name', 'started_on', 'arms']);
    expect(testFaults(en, { ...testForm(TEST), arms: arms('10') })).toEqual({});
    for (const wrong of ['11', '-1', '2.5', 'many'])
      expect(testFaults(en, { ...testForm(TEST), arms: arms(wrong) }).arms).toBe(en.insights.testForm.armsCounted);
  });

  it('is told by the arm that differs most', () => {
    const of = (lift_points: number, p_value: number) => ({ lift_points, p_value }) as Comparison;
    expect(farthest({ comparisons: [null] })).toBeNull();
    expect(farthest({ comparisons: [of(1, 0.2), null, of(-2, 0.04)] })).toEqual({ arm: 3, of: of(-2, 0.04) });
    expect([0.049, 0.05].map((p_value) => isClear({ p_value }))).toEqual([true, false]);
  });
});

describe('an attribute', () => {
  const one = {
    name: 'In time',
    importance: 8.4,
    satisfaction: 5.1,
    ratings: 240,
    owner: 'usr_1',
    due_on: '2026-12-31',
    note: '',
    done: true,
  } as Attribute;

  it('is typed as it was read', () => {
    expect(attributeOf(attributeForm(one))).toEqual(one);
  });

  it('has ratings from 1 to 10, an owner and a day', () => {
    expect(Object.keys(attributeFaults(en, EMPTY_ATTRIBUTE)).sort()).toEqual([
      'due_on',
      'importance',
      'name',
      'owner',
      'ratings',
      'satisfaction',
    ]);
    for (const [importance, isWrong] of [
      ['1', false],
      ['10', false],
      ['9.55', false],
      ['10.1', true],
      ['0.9', true],
      ['5.123', true],
      ['five', true],
    ] as const)
      expect('importance' in attributeFaults(en, { ...attributeForm(one), importance }), importance).toBe(isWrong);
  });

  it('lies between lines at the means of all', () => {
    expect(
      middleOf([
        { importance: 8, satisfaction: 5 },
        { importance: 4, satisfaction: 9 },
      ]),
    ).toEqual({
      importance: 6,
      satisfaction: 7,
    });
    expect(spanOf([8.4, 3.2])).toEqual([2, 9]);
    expect(spanOf([10, 9.9])).toEqual([9, 10]);
    expect(spanOf([1])).toEqual([1, 2]);
  });
});
