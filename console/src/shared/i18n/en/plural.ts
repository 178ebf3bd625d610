/** `1 order`, `2 orders`: counts arrive formatted. */
export function plural(count: string, one: string, many = `${one}s`): string {
  return `${count} ${count === '1' ? one : many}`;
}
