// Runs each SDK against the server over a connection that fails, and compares what they sent with what is there:
//   node run.mjs <url of the server> <binary> <data folder> <python> <the program of segment_rust>

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { unreliable } from './faults.mjs';

const [target, binary, data, python, segmentRust] = process.argv.slice(2);
const here = import.meta.dirname;
const run = promisify(execFile);
const MINUTE = 60_000;

const perennial = async (...args) => {
  const { stdout } = await run(binary, [...args, '--json', '--data', data]);
  return JSON.parse(stdout);
};

// A clock that is two days ahead: what it says would lie in the future.
const WRONG_CLOCK = '172800';
const node = (name, file, ...more) => ({ name, command: process.execPath, args: [file], more });
const inPython = (name, library, gzip) => ({
  name,
  command: python,
  args: ['python_sdk.py'],
  more: [library, gzip ? 'yes' : 'no'],
  gzip,
});

const SDKS = [
  node('@segment/analytics-node', 'segment_node.mjs', '0'),
  node('@segment/analytics-node, wrong clock', 'segment_node.mjs', WRONG_CLOCK),
  { ...node('@rudderstack/rudder-sdk-node, gzip', 'rudder_node.mjs'), gzip: true },
  node('@customerio/cdp-analytics-node', 'customerio_node.mjs', '0'),
  node('@customerio/cdp-analytics-node, wrong clock', 'customerio_node.mjs', WRONG_CLOCK),
  node('@segment/analytics-next, in a browser', 'segment_browser.mjs', 'standard', '0'),
  node('@segment/analytics-next, in a browser, batching, wrong clock', 'segment_browser.mjs', 'batching', WRONG_CLOCK),
  inPython('segment-analytics-python', 'segment', false),
  inPython('segment-analytics-python, gzip', 'segment', true),
  inPython('rudder-sdk-python', 'rudderstack', false),
  inPython('rudder-sdk-python, gzip', 'rudderstack', true),
  { name: 'segment (Rust)', command: segmentRust, args: [], more: ['0'] },
  { name: 'segment (Rust), wrong clock', command: segmentRust, args: [], more: [WRONG_CLOCK] },
].filter(({ name }) => name.includes(process.env.ONLY ?? ''));

const faults = { refuse: 0, 'lose-answer': 0, busy: 0 };
let repeated = 0;
let total = 0;
for (const [place, sdk] of SDKS.entries()) {
  const source = await perennial('source', 'create', '--name', sdk.name, '--kind', 'server');
  const connection = await unreliable(target);
  const user = `sdk-user-${place}`;
  const args = [...sdk.args.map((file) => path.join(here, file)), connection.url, source.write_key, user, ...sdk.more];
  const { stdout } = await run(sdk.command, args, { timeout: 2 * MINUTE, cwd: here });
  connection.close();
  const sent = Number(stdout.trim().split('\n').at(-1));
  assert.ok(sent > 30, `${sdk.name} said ${stdout}`);

  const { items } = await perennial('source', 'list');
  const counts = items.find((item) => item.id === source.id);
  assert.equal(counts.accepted, sent, `${sdk.name}: ${JSON.stringify({ counts, seen: connection.seen })}`);
  assert.equal(counts.quarantined, 0, sdk.name);
  // Otherwise nothing was lost on its way back, and this shows little.
  assert.ok(counts.duplicates > 0, `${sdk.name}: nothing came twice`);
  assert.ok(!sdk.gzip || connection.seen.gzip > 0, `${sdk.name} did not pack`);
  repeated += counts.duplicates;
  total += sent;
  for (const fault of Object.keys(faults)) faults[fault] += connection.seen[fault];

  const customer = await perennial('customer', 'show', `${user}@example.com`);
  const known = customer.identities.map((identity) => `${identity.type}:${identity.value}`);
  assert.ok(known.includes(`user_id:${user}`) && known.includes(`anonymous_id:${user}-before`), known.join());
  assert.equal(customer.counters.events, sent, sdk.name);
  assert.ok(customer.traits.name, `${sdk.name}: ${JSON.stringify(customer.traits)}`);
  // Whatever the sender's clock says, it happened a moment ago.
  const age = Date.now() - Date.parse(customer.counters.last_seen_at);
  assert.ok(age > -MINUTE && age < 5 * MINUTE, `${sdk.name}: seen ${age} ms ago`);
  if (sdk.args[0] === 'segment_node.mjs') {
    assert.equal(customer.counters.orders, 1);
    assert.equal(customer.counters.revenue, '30.50');
  }
  console.log(`${sdk.name}: ${sent} sent, ${counts.accepted} there, ${counts.duplicates} came twice`);
}
const all = await perennial('facts', 'count');
assert.deepEqual([all.accepted, all.duplicates, all.quarantined], [total, repeated, 0]);
console.log(`all together: ${total} sent, ${all.accepted} there`);
// Otherwise the connection was too good for this to show anything.
assert.ok(faults.refuse > 0 && faults['lose-answer'] > 0 && faults.busy > 0, JSON.stringify(faults));
