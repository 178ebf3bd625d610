import { expect, it } from 'vitest';
import type { Scene } from './api';
import { chosenOf, daysOf, inOrder } from './scenes';

const TODAY = '2026-11-29';

it('is about the last thirty days, or what the address asks for', () => {
  expect(daysOf({}, TODAY)).toEqual({ from: '2026-10-31', until: null });
  expect(daysOf({ days: '7' }, TODAY)).toEqual({ from: '2026-11-23', until: null });
  expect(daysOf({ days: 'all' }, TODAY)).toEqual({ from: null, until: null });
  expect(chosenOf({ from: '2026-11-01' })).toBe('own');
  expect(daysOf({ from: '2026-11-01', until: 'soon' }, TODAY)).toEqual({ from: '2026-11-01', until: null });
});

it('what is not known stands last', () => {
  const scene = (name: string, satisfaction_basis_points: number | null) =>
    ({ scene: name, satisfaction_basis_points }) as Scene;
  const scenes = [scene('pay', null), scene('choose', 9000), scene('return', 6000)];
  const names = (order: 'asc' | 'desc') => inOrder(scenes, { key: 'satisfaction', order }).map((one) => one.scene);
  expect(names('asc')).toEqual(['return', 'choose', 'pay']);
  expect(names('desc')).toEqual(['choose', 'return', 'pay']);
});
