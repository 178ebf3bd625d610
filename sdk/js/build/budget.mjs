// Fails when a browser downloads more than the budget.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_BYTES = 5 * 1_024;

const file = readFileSync(new URL('../perennial.js', import.meta.url));
const packed = gzipSync(file, { level: 9 }).length;
console.log(`perennial.js: ${file.length} bytes, ${packed} bytes gzip, budget ${BUDGET_BYTES}`);
if (packed > BUDGET_BYTES) {
  console.error(`over the budget by ${packed - BUDGET_BYTES} bytes`);
  process.exit(1);
}
