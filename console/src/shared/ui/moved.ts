/** A list with one of its items a step further up or down; whoever cannot move stays. */
export function moved<T>(items: T[], from: number, by: 1 | -1): T[] {
  const next = [...items];
  if (from + by < 0 || from + by >= items.length) return next;
  next.splice(from + by, 0, ...next.splice(from, 1));
  return next;
}
