import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OK, Site } from './support';

const eventsOf = (site: Site) => site.sent.map((one) => one.body.batch.map(({ event }) => event).join());

test('what happens together goes together', async () => {
  const site = new Site();
  const { client } = site.tab();
  client.track('A');
  await site.pass(500);
  client.track('B');
  await site.pass(499);
  assert.equal(site.sent.length, 0);
  await site.pass(1);
  assert.deepEqual(eventsOf(site), ['A,B']);
  await site.pass(3_600_000);
  assert.equal(site.sent.length, 1);
  assert.equal(site.timers.size, 0);
});

test('a failure is tried again later and later, with the same ids and the count of tries', async () => {
  const site = new Site();
  const { client } = site.tab();
  site.answers = ['no network', { status: 500 }, { status: 503 }, { status: 200, body: { hello: 'portal' } }];
  client.track('A');
  const times: number[] = [];
  for (let tries = 1; tries <= 5; tries += 1) {
    while (site.sent.length < tries) await site.pass(50);
    times.push(site.now);
  }
  const waits = times.slice(1).map((time, place) => time - (times[place] ?? 0));
  for (const [tries, wait] of waits.entries()) {
    const whole = 1_000 * 2 ** tries;
    assert.ok(wait >= whole / 2 && wait <= whole + 100, `${wait} of ${whole}`);
  }
  assert.deepEqual(
    site.sent.map(({ headers, keepalive }) => [headers['x-retry-count'], keepalive]),
    [
      [undefined, true],
      ['1', false],
      ['2', false],
      ['3', false],
      ['4', false],
    ],
  );
  assert.equal(new Set(site.arrived().map(({ messageId }) => messageId)).size, 1);
  assert.deepEqual(client.status(), { waiting: 0, dropped: 0 });
  assert.equal(new Set(site.sent.map(({ body }) => body.sentAt)).size, 5);
});

test('too much is waited out as long as the server says, by all tabs and after a reload', async () => {
  const site = new Site();
  const one = site.tab();
  site.answers = [{ status: 429, headers: { 'retry-after': '120' } }];
  one.client.track('A');
  await site.pass(1_000);
  const two = site.tab();
  two.client.track('B');
  two.client.sender.online();
  await two.client.flush();
  await site.pass(118_000);
  assert.equal(site.sent.length, 1);
  await site.pass(3_000);
  assert.deepEqual(eventsOf(site), ['A', 'A,B']);
});

test('a network that is back is used at once', async () => {
  const site = new Site();
  const { client } = site.tab();
  site.answers = Array(100).fill('no network');
  client.track('A');
  await site.pass(200_000);
  const tries = site.sent.length;
  site.answers = [];
  client.sender.online();
  await site.pass(0);
  assert.equal(site.sent.length, tries + 1);
  assert.equal(client.status().waiting, 0);
});

test('what the server refuses for good is dropped, counted and told', async () => {
  const site = new Site();
  const { client } = site.tab();
  site.answers = [
    { status: 404, body: '<html>not our server</html>' },
    { status: 400, body: { code: 'invalid_write_key', message: 'the write key is unknown' } },
  ];
  client.track('A');
  await site.pass(60_000);
  assert.equal(site.sent.length, 2, 'a page of somebody else is no refusal');
  assert.deepEqual(client.status(), { waiting: 0, dropped: 1 });
  assert.deepEqual(site.warnings, ['invalid_write_key: the write key is unknown']);
});

test('what waits survives the page, in the order in which it happened', async () => {
  const site = new Site();
  site.answers = ['no network'];
  const before = site.tab();
  for (const event of ['A', 'B', 'C']) before.client.track(event);
  await site.pass(1_000);
  site.timers.clear();
  site.now += 86_400_000;
  site.tab();
  await site.pass(1_000);
  assert.deepEqual(eventsOf(site), ['A,B,C', 'A,B,C']);
});

test('of more than a thousand the oldest go, and are counted', async () => {
  const site = new Site();
  const { client } = site.tab();
  for (let place = 0; place < 1_007; place += 1) client.track(`E${place}`);
  assert.deepEqual(client.status(), { waiting: 1_000, dropped: 7 });
  await client.flush();
  assert.deepEqual([site.arrived()[0].event, site.arrived().at(-1).event, site.arrived().length], ['E7', 'E1006', 1_000]);
  assert.ok(site.sent.length > 1 && site.sent.every(({ body }) => JSON.stringify(body).length < 64 * 1_024));
});

test('of more than a million characters the oldest go too', () => {
  const site = new Site();
  const { client } = site.tab();
  for (let place = 0; place < 50; place += 1) client.track(`E${place}`, { text: 'x'.repeat(25_000) });
  const { waiting, dropped } = client.status();
  assert.equal(waiting + dropped, 50);
  assert.ok(waiting === 39 && site.waiting()[0].event === 'E11', `${waiting}`);
});

test('without room to store it is sent all the same', async () => {
  const site = new Site(100);
  const { client } = site.tab();
  for (let place = 0; place < 20; place += 1) client.track(`E${place}`);
  await site.pass(1_000);
  assert.equal(site.arrived().length, 20);
  assert.deepEqual(client.status(), { waiting: 0, dropped: 0 });
});

test('each tab sends what it made, and what was left by one that is gone', async () => {
  const site = new Site();
  const tabs = [site.tab(), site.tab(), site.tab()];
  for (const { client } of tabs) client.track(`E${site.sent.length}`);
  await site.pass(1_000);
  assert.deepEqual(
    site.sent.map(({ body }) => body.batch.length),
    [1, 1, 1],
  );
  const gone = site.tab();
  gone.client.track('left');
  site.timers.clear();
  const { client } = site.tab();
  await site.pass(5_000);
  client.track('own');
  await site.pass(1_000);
  assert.deepEqual(eventsOf(site).slice(3), ['own']);
  await site.pass(10_000);
  assert.deepEqual(eventsOf(site).slice(3), ['own', 'left']);
});

test('two tabs never send at the same time', async () => {
  const site = new Site();
  const [one, two] = [site.tab(), site.tab()];
  site.answers = ['no network'];
  one.client.track('A');
  await site.pass(500);
  two.client.track('B');
  await site.pass(600);
  assert.deepEqual(eventsOf(site), ['A'], 'the other one waits too');
  await site.pass(3_000);
  assert.deepEqual(eventsOf(site).slice(1).sort(), ['A', 'B']);
});

test('a page that is left sends its own, and not what is on its way', async () => {
  const site = new Site();
  const [one, two] = [site.tab(), site.tab()];
  one.client.track('A');
  two.client.track('B');
  two.client.sender.leave();
  two.client.sender.leave();
  assert.deepEqual(eventsOf(site), ['B']);
  assert.equal(site.sent[0]?.keepalive, true);
  await site.pass(1_000);
  assert.deepEqual(eventsOf(site), ['B', 'A']);
});

test('a beacon has no answer, so its messages wait for the next page', async () => {
  const site = new Site();
  const { client } = site.tab();
  client.track('A');
  const beacons: string[] = [];
  client.sender.leave((url, body) => beacons.push(`${url} ${body}`) > 0);
  assert.equal(beacons.length, 1);
  assert.match(beacons[0] as string, /^https:\/\/data\.example\/v1\/batch \{"writeKey":"wk_1".*"A"/);
  assert.equal(client.status().waiting, 1);
});

test('no back-off is longer than an hour, whatever a clock says', async () => {
  const site = new Site();
  site.answers = [{ status: 429, headers: { 'retry-after': '999999' } }, OK];
  const { client } = site.tab();
  client.track('A');
  await site.pass(1_000);
  await site.pass(3_601_000);
  assert.equal(site.sent.length, 2);
  client.track('B');
  site.local.setItem('perennial.wk_1.retry', `3,${site.now + 1e12}`);
  await site.pass(1_000);
  assert.equal(client.status().waiting, 0);
});
