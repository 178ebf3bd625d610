/** The server counts from the poorest; people ask what the best bring, so the curve is turned around. */
export function bestFirst(lorenz: { p: number; share: number }[]): { p: number; share: number }[] {
  return lorenz.map(({ p, share }) => ({ p: 1 - p, share: 1 - share })).reverse();
}
