// @customerio/cdp-analytics-node: node customerio_node.mjs <url> <write key> <user> <seconds that the clock is wrong>

import { wrongClock } from './clock.mjs';

const [url, writeKey, user, skew] = process.argv.slice(2);
wrongClock(Number(skew));

const { Analytics } = await import('@customerio/cdp-analytics-node');
const analytics = new Analytics({ writeKey, host: url, path: '/v1/batch', maxEventsInBatch: 6, flushInterval: 200, maxRetries: 10 });
const failed = [];
analytics.on('error', (error) => failed.push(error));

analytics.identify({ userId: user, traits: { email: `${user}@example.com`, name: 'Di' } });
analytics.page({ userId: user, name: 'Home', properties: { path: '/' } });
analytics.screen({ userId: user, name: 'Cart' });
analytics.group({ userId: user, groupId: 'acme', traits: { name: 'Acme' } });
analytics.alias({ userId: user, previousId: `${user}-before` });
for (let place = 0; place < 40; place += 1) {
  analytics.track({ userId: user, event: 'Product Viewed', properties: { place } });
}
await analytics.closeAndFlush({ timeout: 60_000 });
if (failed.length > 0) {
  console.error(failed);
  process.exit(1);
}
console.log(45);
