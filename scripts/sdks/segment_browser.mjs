// @segment/analytics-next in a headless browser: node segment_browser.mjs <url> <write key> <user> <batching or standard> <seconds that the clock is wrong>

import { readFileSync } from 'node:fs';
import http from 'node:http';
import { chromium } from 'playwright-core';
import { wrongClock } from './clock.mjs';

const [url, writeKey, user, strategy, skew] = process.argv.slice(2);
const folder = new URL('./node_modules/@segment/analytics-next/dist/umd/', import.meta.url);
const MINUTE = 60_000;

// A site of another origin than the server, with the SDK's own files.
const site = http.createServer((request, response) => {
  if (request.url === '/') {
    response.writeHead(200, { 'content-type': 'text/html' });
    return response.end('<!doctype html><title>Shop</title><script src="/index.js"></script>');
  }
  try {
    const file = readFileSync(new URL(`.${request.url}`, folder));
    response.writeHead(200, { 'content-type': 'text/javascript' });
    response.end(file);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));

const browser = await chromium.launch({
  executablePath: process.env.PERENNIAL_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});
const page = await browser.newPage();
const failed = [];
page.on('pageerror', (error) => failed.push(error));
await page.addInitScript(`(${wrongClock})(${Number(skew)})`);

// What the server has answered 200, by id: the SDK says nothing of it where it sends in batches.
const arrived = new Set();
page.on('response', async (response) => {
  const request = response.request();
  if (request.method() !== 'POST' || !response.ok() || request.url().endsWith('/m')) return;
  const body = request.postDataJSON();
  for (const message of body.batch ?? [body]) arrived.add(message.messageId);
});

await page.goto(`http://127.0.0.1:${site.address().port}/`);
const made = await page.evaluate(
  async ({ url, writeKey, user, strategy }) => {
    const { protocol, host } = new URL(url);
    const deliveryStrategy = strategy === 'batching' ? { strategy, config: { size: 7, timeout: 200, maxRetries: 20 } } : {};
    const settings = { apiHost: `${host}/v1`, protocol: protocol.slice(0, -1), deliveryStrategy };
    const { AnalyticsBrowser } = window.AnalyticsNext;
    window.analytics = AnalyticsBrowser.load({ writeKey, cdnURL: url }, { integrations: { 'Segment.io': settings } });
    const { analytics } = window;
    const contexts = [
      await analytics.identify(user, { email: `${user}@example.com`, name: 'Flo' }),
      await analytics.page('Home'),
      await analytics.screen('Cart'),
      await analytics.group('acme', { name: 'Acme' }),
      await analytics.alias(user, `${user}-before`),
    ];
    return contexts.map((context) => context.event.messageId);
  },
  { url, writeKey, user, strategy },
);

/** Waits until all that was made has arrived; false where it does not. */
async function allArrived() {
  const end = Date.now() + MINUTE;
  while (!made.every((id) => arrived.has(id))) {
    if (Date.now() > end) failed.push(new Error(`only ${arrived.size} of ${made.length} arrived`));
    if (failed.length > 0) return false;
    await page.waitForTimeout(20);
  }
  return true;
}

// Each round is a request or more: what waits after a failure would otherwise go in one.
for (let round = 0; round < 10 && (await allArrived()); round += 1) {
  const views = await page.evaluate(async () => {
    const contexts = [];
    for (let place = 0; place < 6; place += 1) contexts.push(window.analytics.track('Product Viewed', { place }));
    return (await Promise.all(contexts)).map((context) => context.event.messageId);
  });
  made.push(...views);
}
await allArrived();
await browser.close();
site.closeAllConnections();
site.close();
if (failed.length > 0) {
  console.error(failed);
  process.exit(1);
}
console.log(made.length);
