import type { Fmt } from '@/shared/fmt';
import { MISSING } from '@/shared/fmt';
import type { Cluster, Feature, Found } from './types';

/** A mean in natural units, as people read it. */
export function figureText(
  fmt: Fmt,
  found: Pick<Found, 'currency' | 'currency_exponent'>,
  of: Feature,
  value: number | null,
) {
  if (value === null) return MISSING;
  if (!of.is_money || found.currency === null) return fmt.number(value, Math.abs(value) < 100 ? 2 : 0);
  return fmt.money({
    minor: Math.round(value),
    currency: found.currency,
    exponent: found.currency_exponent ?? 2,
  });
}

/** How strongly a cell is tinted: by the distance in standard deviations, up to two of them. */
export function tintOf(difference: number): number {
  return Math.round(Math.min(1, Math.abs(difference) / 2) * 100) / 100;
}

/** The number that was kept: the one with the largest silhouette. */
export function chosenK({ clusters }: Pick<Found, 'clusters'>): number {
  return clusters.length;
}

export function nameOf(cluster: Pick<Cluster, 'name' | 'number'>, unnamed: (number: string) => string): string {
  return cluster.name === '' ? unnamed(String(cluster.number)) : cluster.name;
}
