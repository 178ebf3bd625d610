// @rudderstack/rudder-sdk-node, with packed bodies: node rudder_node.mjs <url> <write key> <user>

import RudderAnalytics from '@rudderstack/rudder-sdk-node';

const [url, writeKey, user] = process.argv.slice(2);
const failed = [];
const analytics = new RudderAnalytics(writeKey, {
  dataPlaneUrl: url,
  gzip: true,
  flushAt: 7,
  flushInterval: 200,
  retryCount: 10,
  axiosRetryConfig: { retryDelay: () => 50 },
  logLevel: 'error',
  errorHandler: (error) => failed.push(error),
});

const send = (type, message) => new Promise((resolve) => analytics[type](message, resolve));
const sent = [
  send('identify', { userId: user, traits: { email: `${user}@example.com`, name: 'Bo' } }),
  send('page', { userId: user, name: 'Home' }),
  send('screen', { userId: user, name: 'Cart' }),
  send('group', { userId: user, groupId: 'acme' }),
  send('alias', { userId: user, previousId: `${user}-before` }),
];
for (let place = 0; place < 30; place += 1) {
  sent.push(send('track', { userId: user, event: 'Product Viewed', properties: { place } }));
}
await Promise.all(sent);
if (failed.length > 0) {
  console.error(failed);
  process.exit(1);
}
console.log(sent.length);
process.exit(0);
