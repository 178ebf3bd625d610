import { expect, it } from 'vitest';
import type { Scene } from './api';
import { inOrder } from './scenes';

it('what is not known stands last', () => {
  const scene = (name: string, satisfaction_basis_points: number | null) =>
    ({ scene: name, satisfaction_basis_points }) as Scene;
  const scenes = [scene('pay', null), scene('choose', 9000), scene('return', 6000)];
  const names = (order: 'asc' | 'desc') => inOrder(scenes, { key: 'satisfaction', order }).map((one) => one.scene);
  expect(names('asc')).toEqual(['return', 'choose', 'pay']);
  expect(names('desc')).toEqual(['choose', 'return', 'pay']);
});
