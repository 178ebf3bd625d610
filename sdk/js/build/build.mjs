// perennial.js: the browser's file, committed, so that the server carries it without Node.js.
// dist/index.js: the module. `--check` writes nothing and fails when perennial.js is not what the sources say.

import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { folder, VERSION } from './common.mjs';

const shared = { bundle: true, write: false, define: { VERSION: JSON.stringify(VERSION) }, absWorkingDir: folder };
const outputOf = async (options) => (await build({ ...shared, ...options })).outputFiles[0].text;

const browser = await outputOf({
  entryPoints: ['src/browser.ts'],
  format: 'iife',
  minify: true,
  target: ['es2020'],
  banner: { js: '/* Perennial, Apache-2.0 */' },
});
const file = new URL('../perennial.js', import.meta.url);
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== browser) {
    console.error('sdk/js/perennial.js is not what its sources say: run npm run build in sdk/js');
    process.exit(1);
  }
} else {
  writeFileSync(file, browser);
  await build({ ...shared, write: true, entryPoints: ['src/index.ts'], format: 'esm', target: ['es2020'], outfile: 'dist/index.js' });
}
