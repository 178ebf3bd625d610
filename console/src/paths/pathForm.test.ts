import { expect, it } from 'vitest';
import { zh } from '@/shared/i18n/zh';
import type { Paths } from './api';
import { EMPTY, EMPTY_STEP, faultsOf, formOf, ownOf, pathOf, stepsOf, withPath } from './pathForm';

const step = {
  kind: 'event',
  names: ['Product Viewed', 'Shared'],
  touch_point: 'search',
  channel: null,
  within_hours: 24,
};
const path = {
  code: 'live',
  name_zh: '直播',
  name_en: 'Live',
  steps: [{ ...step, kind: 'order', names: [], within_hours: null }, step],
};
const count = String;

it('a path comes back from its form as it was', () => {
  expect(pathOf(formOf(path))).toEqual(path);
  const form = {
    ...formOf(path),
    steps: JSON.stringify([EMPTY_STEP, { ...EMPTY_STEP, kind: 'event', names: ' A，B, A ' }]),
  };
  expect(pathOf(form).steps[1]?.names).toEqual(['A', 'B']);
  expect(stepsOf(EMPTY)).toHaveLength(2);
});

it('own paths are set by code, the preset ones are not sent', () => {
  const of = (code: string, is_preset: boolean) => ({ ...path, code, is_preset });
  const paths = { items: [of('store_receipt', true), of('live', false), of('later', false)] } as unknown as Paths;
  expect(ownOf(paths).map(({ code }) => code)).toEqual(['live', 'later']);
  expect(withPath(paths, { ...path, name_zh: '新' }).map(({ name_zh }) => name_zh)).toEqual(['新', '直播']);
  expect(withPath(paths, { ...path, code: 'own' }).map(({ code }) => code)).toEqual(['live', 'later', 'own']);
});

it('what is wrong is told at its place', () => {
  expect(faultsOf(zh.paths, count, formOf(path))).toEqual({});
  expect(Object.keys(faultsOf(zh.paths, count, EMPTY))).toEqual(['name_zh', 'name_en', 'code']);
  const steps = (changed: object) => ({
    ...formOf(path),
    steps: JSON.stringify([EMPTY_STEP, { ...EMPTY_STEP, ...changed }]),
  });
  expect(faultsOf(zh.paths, count, steps({ kind: 'event' })).steps).toContain('第 2 步');
  expect(faultsOf(zh.paths, count, steps({ kind: 'touch_point' })).steps).toContain('触点');
  for (const within_hours of ['0', '8785', '1.5', 'x'])
    expect(faultsOf(zh.paths, count, steps({ within_hours })).steps).toContain('8784');
});
