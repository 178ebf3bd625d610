import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (path: string) => readFileSync(`${process.cwd()}/${path}`, 'utf8');

test('the console shows the loader of the README', () => {
  const loader = /<script>\n(.*)\nperennial\.load/s.exec(read('README.md'))?.[1] ?? '';
  assert.ok(loader.includes('"https://data.example/v1/perennial.js"'));
  const shown = loader.replace('https://data.example', `\${origin}`);
  assert.ok(read('../../console/src/sources/snippets.ts').includes(shown));
});

test('the README says how large the file is', () => {
  const { length } = readFileSync(`${process.cwd()}/perennial.js`);
  assert.ok(read('README.md').includes(`| ${length.toLocaleString('en')} | `), `${length}`);
});
