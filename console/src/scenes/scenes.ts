import type { Scene } from './api';

/** All further scenes, where there are more than the server tells apart. */
export const OTHERS = '…';
/** Where the address says nothing. */
export const USUAL = '30';

type Sort = { key: string; order: 'asc' | 'desc' };

const VALUES: Record<string, (scene: Scene) => number | null> = {
  entered: (scene) => scene.entered,
  completed: (scene) => scene.completed,
  drop_off: (scene) => scene.drop_off_basis_points,
  rated: (scene) => scene.rated,
  satisfaction: (scene) => scene.satisfaction_basis_points,
};

/** What is not known stands last, whichever way it is sorted. */
export function inOrder(scenes: Scene[], { key, order }: Sort): Scene[] {
  const of = VALUES[key];
  if (!of) return scenes;
  const sign = order === 'asc' ? 1 : -1;
  return [...scenes].sort((one, other) => {
    const [a, b] = [of(one), of(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * (a - b);
  });
}
