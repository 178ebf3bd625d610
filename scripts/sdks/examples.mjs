// Runs the examples of sdk/examples as they are, and looks at what became of them:
//   node examples.mjs <url of the server> <binary> <data folder> <python> <the program of the example in Rust>

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const [url, binary, data, python, rust] = process.argv.slice(2);
const here = import.meta.dirname;
const folder = path.join(here, '../../sdk/examples');
const run = promisify(execFile);
const MINUTE = 60_000;

const perennial = async (...args) => {
  const { stdout } = await run(binary, [...args, '--json', '--data', data]);
  return JSON.parse(stdout);
};

// Node.js looks for packages above the file: here they are.
const inNode = path.join(here, 'node_modules/.example.mjs');
copyFileSync(path.join(folder, 'node.mjs'), inNode);

const EXAMPLES = [
  { user: 'node-1', command: [process.execPath, inNode] },
  { user: 'python-1', command: [python, path.join(folder, 'python.py')] },
  { user: 'rust-1', command: [rust] },
  { user: 'curl-1', command: ['sh', path.join(folder, 'curl.sh')] },
];

for (const { user, command } of EXAMPLES) {
  const source = await perennial('source', 'create', '--name', `example ${user}`, '--kind', 'server');
  const [program, ...args] = command;
  const env = { ...process.env, PERENNIAL_URL: url, WRITE_KEY: source.write_key };
  await run(program, args, { timeout: MINUTE, env });

  const { items } = await perennial('source', 'list');
  const { accepted, duplicates, quarantined } = items.find((item) => item.id === source.id);
  assert.deepEqual([accepted, duplicates, quarantined], [3, 0, 0], user);
  const { counters, identities } = await perennial('customer', 'show', `${user}@example.com`);
  assert.ok(identities.some(({ type, value }) => type === 'user_id' && value === user), user);
  assert.deepEqual([counters.events, counters.orders, counters.revenue], [3, 1, '30.50'], user);
  console.log(`example ${user}: ${accepted} there, one order`);
}
