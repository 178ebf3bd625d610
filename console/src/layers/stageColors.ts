const COLORS = 6;
/** Of more stages than there are colours the next ones are paler: beside each other no two look alike. */
const PALER = [1, 0.55, 0.28];

/** What a stage is painted with, by its place in the layer, wherever it is shown. */
export function paintOf(place: number): { background: string; opacity: number } {
  return {
    background: `var(--series-${(place % COLORS) + 1})`,
    opacity: PALER[Math.floor(place / COLORS) % PALER.length] ?? 1,
  };
}
