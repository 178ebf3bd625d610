// Bundles the tests and runs them with Node's own runner.
//   test.mjs              units
//   test.mjs --browser    a browser against the server at PERENNIAL_URL

import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { folder, VERSION } from './common.mjs';

const from = process.argv.includes('--browser') ? 'test/browser' : 'test';
const entryPoints = readdirSync(`${folder}/${from}`)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `${from}/${name}`);
const outdir = `${folder}/node_modules/.test`;
rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: folder,
  entryPoints,
  outdir,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  outExtension: { '.js': '.mjs' },
  define: { VERSION: JSON.stringify(VERSION) },
});
const files = readdirSync(outdir, { recursive: true }).filter((name) => name.endsWith('.mjs'));
const run = spawnSync(process.execPath, ['--test', ...files.map((name) => `${outdir}/${name}`)], {
  cwd: folder,
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
