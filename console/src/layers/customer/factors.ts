import type { Conversion } from '../types';

/** What touched an order, each factor once, in the order of the server's shares. */
export const FACTORS = ['friend', 'content', 'promotion', 'community'] as const;

export function factorsOf({ touches }: Pick<Conversion, 'touches'>): string[] {
  return FACTORS.filter((factor) => touches.some((one) => one.factor === factor));
}
