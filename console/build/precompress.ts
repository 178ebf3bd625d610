import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const COMPRESSIBLE = new Set(['.js', '.css', '.html', '.svg', '.json']);
const SMALLEST_WORTH_BYTES = 512;

/** Writes a `.gz` sibling next to every text asset, so that the server never compresses at run time. */
export function precompress(): Plugin {
  let outDir = 'dist';
  return {
    name: 'perennial-precompress',
    // Not for the made-up server of the tests, which begin sooner without.
    apply: (_, { command, mode }) => command === 'build' && mode !== 'mock',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async closeBundle() {
      for (const entry of await readdir(outDir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !COMPRESSIBLE.has(extname(entry.name))) continue;
        const path = join(entry.parentPath, entry.name);
        const body = await readFile(path);
        // index.html gets its nonce per request, so a stored copy of it could not be used.
        if (entry.name === 'index.html' || body.length < SMALLEST_WORTH_BYTES) continue;
        await writeFile(`${path}.gz`, gzipSync(body, { level: 9 }));
      }
    },
  };
}
