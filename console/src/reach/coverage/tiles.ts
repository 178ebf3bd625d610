/** Where the tile of a province lies, column and row: each has the neighbours that it has on the ground, as far as tiles can. */
export const TILES: Record<string, [column: number, row: number]> = {
  '23': [8, 1],
  '15': [6, 2],
  '22': [8, 2],
  '65': [1, 3],
  '64': [4, 3],
  '11': [6, 3],
  '12': [7, 3],
  '21': [8, 3],
  '63': [2, 4],
  '62': [3, 4],
  '61': [4, 4],
  '14': [5, 4],
  '13': [6, 4],
  '37': [7, 4],
  '54': [2, 5],
  '51': [3, 5],
  '50': [4, 5],
  '41': [5, 5],
  '34': [6, 5],
  '32': [7, 5],
  '31': [8, 5],
  '53': [3, 6],
  '52': [4, 6],
  '42': [5, 6],
  '36': [6, 6],
  '33': [7, 6],
  '45': [4, 7],
  '43': [5, 7],
  '35': [6, 7],
  '71': [8, 7],
  '44': [5, 8],
  '81': [6, 8],
  '46': [4, 9],
  '82': [5, 9],
};

const STEPS: Record<string, [columns: number, rows: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** A tile that lies aside is as far away as one this much further on. */
const ASIDE = 2;

/** The nearest tile in the direction of an arrow key; null where there is none, or it is another key. */
export function tileBeside(code: string, key: string): string | null {
  const [from, step] = [TILES[code], STEPS[key]];
  if (!from || !step) return null;
  let best: { code: string; far: number } | null = null;
  for (const [other, [column, row]] of Object.entries(TILES)) {
    const [columns, rows] = [column - from[0], row - from[1]];
    const ahead = columns * step[0] + rows * step[1];
    const aside = Math.abs(columns * step[1]) + Math.abs(rows * step[0]);
    const far = ahead + ASIDE * aside;
    if (ahead > 0 && aside <= ahead && (best === null || far < best.far)) best = { code: other, far };
  }
  return best?.code ?? null;
}

/** How dark a tile is, 0 to 4: none, then quarters of the square root of the most, so that few members are seen beside many. */
export function shadeOf(members: number, most: number): number {
  if (members <= 0 || most <= 0) return 0;
  return Math.max(1, Math.ceil(4 * Math.sqrt(members / most)));
}

/** 浙江省 → 浙江, 内蒙古自治区 → 内蒙古: what fits on a tile. */
export function shortName(name: string): string {
  return name.replace(/(壮族|回族|维吾尔)?(自治区|特别行政区)$|[省市]$/u, '');
}
