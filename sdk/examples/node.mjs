// npm install @segment/analytics-node
// PERENNIAL_URL=https://data.example WRITE_KEY=wk_… node node.mjs

import { Analytics } from '@segment/analytics-node';

const { PERENNIAL_URL, WRITE_KEY } = process.env;
const analytics = new Analytics({ writeKey: WRITE_KEY, host: PERENNIAL_URL });
analytics.on('error', (error) => {
  console.error(error);
  process.exitCode = 1;
});

analytics.identify({ userId: 'node-1', traits: { email: 'node-1@example.com', plan: 'gold' } });
analytics.track({ userId: 'node-1', event: 'Product Viewed', properties: { sku: 'A1' } });
analytics.track({
  userId: 'node-1',
  event: 'Order Completed',
  properties: {
    order_id: 'N-1001',
    total: 30.5,
    currency: 'USD',
    products: [{ sku: 'A1', name: 'Mug', price: 15.25, quantity: 2 }],
  },
});

// What is still waiting is sent before the process ends.
await analytics.closeAndFlush();
