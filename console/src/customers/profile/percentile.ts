/** The server tells a share of customers in percent, 0 to 100: 1 is one percent, not everybody. */
export function ratioOf(percentile: number): number {
  return percentile / 100;
}
