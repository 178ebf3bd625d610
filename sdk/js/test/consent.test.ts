import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Site } from './support';

test('where consent is asked for, nothing is stored or sent before it', async () => {
  const site = new Site();
  const { client, visit } = site.tab({ consent: 'required', scan: 'c' }, { search: '?c=S1&utm_source=news' });
  client.page();
  client.identify('u1', { email: 'ann@example.com' });
  client.track('A');
  client.sender.leave();
  await client.flush();
  await site.pass(600_000);
  assert.deepEqual([site.names(), visit.names(), site.sent.length], [[], [], 0]);
  assert.equal(client.anonymousId(), undefined);

  client.consent('granted', { analytics: true, ads: false });
  await site.pass(1_000);
  assert.deepEqual(
    site.arrived().map(({ type, timestamp, userId, context }) => [type, timestamp, userId, context.consent, context.code]),
    [
      ['track', undefined],
      ['page', undefined],
      ['identify', 'u1'],
      ['track', 'u1'],
    ].map(([type, userId]) => [
      type,
      '2026-11-21T08:00:00.000Z',
      userId,
      { categoryPreferences: { analytics: true, ads: false } },
      'S1',
    ]),
  );
  const next = site.tab({ consent: 'required' });
  next.client.track('B');
  assert.equal(site.waiting().length, 1, 'the decision holds on the next page');
});

test('a denial erases the queue and the ids, and is all that is left', async () => {
  const site = new Site();
  const { client, visit } = site.tab({ scan: 'c' }, { search: '?c=S1' });
  site.answers = ['no network'];
  client.identify('u1');
  await site.pass(1_000);
  assert.ok(site.names().length > 3 && visit.names().length === 1);
  client.consent('denied');
  client.track('A');
  site.tab().client.page();
  await site.pass(600_000);
  assert.deepEqual([site.names(), visit.names(), site.sent.length], [['perennial.wk_1.consent'], [], 1]);
  assert.equal(client.anonymousId(), undefined);
  assert.deepEqual(client.status(), { waiting: 0, dropped: 0 });

  client.consent('granted');
  client.track('B');
  const [message] = site.waiting();
  assert.deepEqual([message.event, message.userId, message.context.code], ['B', undefined, undefined]);
  assert.equal(site.waiting().length, 1);
});

test('what was called before a denial is never sent, in no tab', async () => {
  const site = new Site();
  const [one, two] = [site.tab({ consent: 'required' }), site.tab({ consent: 'required' })];
  one.client.track('A');
  two.client.track('B');
  one.client.consent('denied');
  two.client.decide();
  one.client.consent('granted');
  two.client.decide();
  await site.pass(10_000);
  assert.equal(site.sent.length, 0);
});

test('a decision in one tab holds in the others', async () => {
  const site = new Site();
  const [one, two] = [site.tab({ consent: 'required' }), site.tab({ consent: 'required' })];
  two.client.track('B');
  one.client.consent('granted');
  two.client.decide();
  await site.pass(1_000);
  assert.deepEqual(
    site.arrived().map(({ event }) => event),
    ['B'],
  );
});

test('of calls without a decision the last hundred are remembered', async () => {
  const site = new Site();
  const { client } = site.tab({ consent: 'required' });
  for (let place = 0; place < 130; place += 1) client.track(`E${place}`);
  client.consent('granted');
  assert.deepEqual([site.waiting().length, site.waiting()[0].event], [100, 'E30']);
});

test('a word that is no decision decides nothing', () => {
  const site = new Site();
  const { client } = site.tab({ consent: 'required' });
  client.consent('maybe' as any);
  client.track('A');
  assert.deepEqual(site.names(), []);
  assert.equal(site.warnings.length, 1);
});
