export const SIZE_USUAL = '200';
const SIZE_MIN = 2;
const SIZE_MAX = 500;

/** As many as a group may have; the limit is that of WeChat. */
export function isSize(typed: string): boolean {
  const size = Number(typed);
  return typed.trim() !== '' && Number.isInteger(size) && size >= SIZE_MIN && size <= SIZE_MAX;
}

/** Sizes that stand beside each other as one: `161 × 3, 160 × 1`. */
export function sizesOf(groups: number[], count: (value: number) => string): string {
  const runs: { size: number; times: number }[] = [];
  for (const size of groups) {
    const last = runs.at(-1);
    if (last?.size === size) last.times += 1;
    else runs.push({ size, times: 1 });
  }
  return runs.map(({ size, times }) => `${count(size)} × ${count(times)}`).join(', ');
}
