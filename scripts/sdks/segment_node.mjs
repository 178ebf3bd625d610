// @segment/analytics-node: node segment_node.mjs <url> <write key> <user> <seconds that the clock is wrong>

import { wrongClock } from './clock.mjs';

const [url, writeKey, user, skew] = process.argv.slice(2);
wrongClock(Number(skew));

const { Analytics } = await import('@segment/analytics-node');
const analytics = new Analytics({ writeKey, host: url, path: '/v1/batch', flushAt: 5, flushInterval: 200, maxRetries: 10 });
const failed = [];
analytics.on('error', (error) => failed.push(error));

analytics.identify({ userId: user, anonymousId: `${user}-device`, traits: { email: `${user}@example.com`, name: 'Ann Lee', plan: 'gold' } });
analytics.page({ userId: user, name: 'Home', properties: { url: 'https://shop.example/', path: '/' } });
analytics.screen({ userId: user, name: 'Cart' });
analytics.group({ userId: user, groupId: 'acme', traits: { name: 'Acme' } });
analytics.alias({ userId: user, previousId: `${user}-before` });
for (let place = 0; place < 40; place += 1) {
  analytics.track({ userId: user, event: 'Product Viewed', properties: { place, text: '\u767d\u{1f381}' } });
}
analytics.track({
  userId: user,
  event: 'Order Completed',
  properties: { order_id: `${user}-1`, total: 30.5, currency: 'USD', products: [{ sku: 'A', name: 'Mug', price: 12.5, quantity: 2 }] },
});
await analytics.closeAndFlush({ timeout: 60_000 });
if (failed.length > 0) {
  console.error(failed);
  process.exit(1);
}
console.log(46);
