import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Site } from './support';

test('each type has the fields of the contract', async () => {
  const site = new Site();
  const { client } = site.tab();
  const device = client.anonymousId();
  const ids = [
    client.page('Home', { section: 'new' }),
    client.page('Shop', 'Mugs'),
    client.track('Product Viewed', { sku: 'A1' }),
    client.identify('u1', { email: 'ann@example.com' }),
    client.group('acme', { name: 'Acme' }),
    client.alias('u2'),
    client.identify({ plan: 'gold' }),
  ];
  await client.flush();
  const batch = site.arrived();
  assert.deepEqual(
    batch.map(({ type, name, category, event, properties, traits, groupId, previousId, userId, anonymousId }) =>
      JSON.parse(JSON.stringify({ type, name, category, event, properties, traits, groupId, previousId, userId, anonymousId })),
    ),
    [
      { type: 'page', name: 'Home', properties: { ...page, section: 'new' }, anonymousId: device },
      { type: 'page', name: 'Mugs', category: 'Shop', properties: page, anonymousId: device },
      { type: 'track', event: 'Product Viewed', properties: { sku: 'A1' }, anonymousId: device },
      { type: 'identify', traits: { email: 'ann@example.com' }, userId: 'u1', anonymousId: device },
      { type: 'group', groupId: 'acme', traits: { name: 'Acme' }, userId: 'u1', anonymousId: device },
      { type: 'alias', previousId: 'u1', userId: 'u2', anonymousId: device },
      { type: 'identify', traits: { plan: 'gold' }, userId: 'u1', anonymousId: device },
    ],
  );
  assert.deepEqual(
    batch.map(({ messageId }) => messageId),
    ids,
  );
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every((id) => id && id.length < 100));
  for (const { timestamp, context } of batch) {
    assert.equal(timestamp, '2026-11-21T08:00:00.000Z');
    assert.deepEqual(context, {
      library: { name: 'perennial-js', version: '0.1.0' },
      locale: 'en-GB',
      timezone: 'Europe/London',
      page,
    });
  }
  const [request] = site.sent;
  assert.equal(request?.url, 'https://data.example/v1/batch');
  assert.equal(request?.body.writeKey, 'wk_1');
  assert.equal(request?.body.sentAt, '2026-11-21T08:00:00.000Z');
  assert.deepEqual(request?.headers, { 'content-type': 'text/plain' });
});

const page = { url: 'https://shop.example/', path: '/', search: '', title: 'Shop', referrer: '' };

test('the time of a message is when it happened, and that of the request when it is sent', async () => {
  const site = new Site();
  const { client } = site.tab();
  client.track('A');
  client.track('B', {}, { timestamp: new Date(0) });
  client.track('C', {}, { timestamp: '2026-11-20T00:00:00+08:00', context: { channel: 'till', locale: 'zh-CN' } });
  await site.pass(1_000);
  assert.equal(site.sent[0]?.body.sentAt, '2026-11-21T08:00:01.000Z');
  const [a, b, c] = site.arrived();
  assert.deepEqual(
    [a.timestamp, b.timestamp, c.timestamp],
    ['2026-11-21T08:00:00.000Z', '1970-01-01T00:00:00.000Z', '2026-11-19T16:00:00.000Z'],
  );
  assert.deepEqual([c.context.channel, c.context.locale, c.context.page.path], ['till', 'zh-CN', '/']);
});

test('somebody else who signs in is somebody else, and a reset forgets both', async () => {
  const site = new Site();
  const { client } = site.tab();
  const first = client.anonymousId();
  client.identify('u1');
  client.identify('u1');
  assert.equal(client.anonymousId(), first);
  client.identify(2);
  const second = client.anonymousId();
  assert.notEqual(second, first);
  client.reset();
  const third = client.anonymousId();
  assert.ok(third !== first && third !== second);
  client.track('Seen');
  await client.flush();
  const last = site.arrived().at(-1);
  assert.deepEqual([last.userId, last.anonymousId], [undefined, third]);
  assert.equal(site.arrived()[2].userId, '2');
  assert.equal(site.arrived().length, 4, 'what was waiting is still sent');
});

test('tabs of a site are one visitor', () => {
  const site = new Site();
  const [one, two] = [site.tab(), site.tab()];
  assert.equal(one.client.anonymousId(), two.client.anonymousId());
  one.client.identify('u1');
  site.now += 1;
  two.client.track('Seen');
  assert.equal(site.waiting().at(-1).userId, 'u1');
});

test('a navigation within the page is referred by where it was', async () => {
  const site = new Site();
  const { client, place } = site.tab({}, { referrer: 'https://search.example/' });
  client.page();
  client.page();
  Object.assign(place, { url: 'https://shop.example/mugs', path: '/mugs' });
  client.page();
  client.track('Seen');
  await client.flush();
  assert.deepEqual(
    site.arrived().map(({ context }) => context.page.referrer),
    ['https://search.example/', 'https://search.example/', 'https://shop.example/', 'https://shop.example/'],
  );
  assert.equal(site.arrived()[2].properties.referrer, 'https://shop.example/');
});

test('the campaign that led here stays with the visit, on later pages too', () => {
  const site = new Site();
  const search = '?utm_source=news&utm_medium=mail&utm_campaign=Spring%20sale&utm_term=&x=1';
  const landing = site.tab({}, { search });
  landing.client.track('A');
  site.now += 1;
  site.tab({}, {}, landing.visit).client.track('B');
  site.now += 1;
  site.tab().client.track('C');
  const campaign = { source: 'news', medium: 'mail', name: 'Spring sale' };
  assert.deepEqual(
    site.waiting().map(({ context }) => context.campaign),
    [campaign, campaign, undefined],
  );
});

test('a code in the address is tracked once for each load, and stays with the visit', () => {
  const site = new Site();
  const landing = site.tab({ scan: ['code', 'c'] }, { search: '?c=STORE-12' });
  landing.client.page();
  site.now += 1;
  site.tab({ scan: 'c' }, {}, landing.visit).client.page();
  site.now += 1;
  site.tab({}, { search: '?c=STORE-12' }).client.page();
  assert.deepEqual(
    site.waiting().map(({ type, event, properties, context }) => [type, event, properties?.code, context.code]),
    [
      ['track', 'Code Scanned', 'STORE-12', 'STORE-12'],
      ['page', undefined, undefined, 'STORE-12'],
      ['page', undefined, undefined, 'STORE-12'],
      ['page', undefined, undefined, undefined],
    ],
  );
  landing.client.reset();
  landing.client.track('Seen');
  assert.equal(site.waiting().at(-1).context.code, undefined);
});

test('what cannot be sent is told, and never stops the page', () => {
  const site = new Site();
  const { client } = site.tab();
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  assert.equal(client.track('Loop', loop), undefined);
  client.track('Large', { text: '\u767d'.repeat(11_000) });
  assert.deepEqual(client.status(), { waiting: 0, dropped: 1 });
  assert.equal(site.warnings.length, 2);
  client.track('Small', { text: '\u767d'.repeat(9_000) });
  assert.deepEqual(client.status(), { waiting: 1, dropped: 1 });
});
