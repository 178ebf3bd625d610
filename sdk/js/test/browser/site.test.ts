// The loader of the README in a real browser, against a real server: nothing lost, nothing doubled.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { perennial, Stage, startBrowser, stopShop, until } from './stage';

let browser: Browser;
before(async () => {
  browser = await startBrowser();
});
after(async () => {
  await browser.close();
  stopShop();
});

function play(name: string, act: (stage: Stage) => Promise<void>): void {
  test(name, { timeout: 120_000 }, async () => {
    const stage = await Stage.set(browser, name);
    try {
      await act(stage);
    } finally {
      await stage.end();
    }
  });
}

/** Makes `count` events, and says how many that were. */
const track = (page: Page, count: number, event = 'Product Viewed') =>
  page.evaluate(
    ([many, name]) => {
      for (let place = 0; place < many; place += 1) window.perennial.track(name, { place, text: '\u767d\u{1f381}' });
    },
    [count, event] as const,
  );
const stored = (page: Page) => page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);
const eventsOf = (stage: Stage) => stage.gate.seen.flatMap(({ batch }) => batch.map(({ type, event }) => event ?? type));

play('what is called before the script is there arrives, in order, and is one customer', async (stage) => {
  await stage.context.addInitScript(() => {
    (window as any).early = () => {
      const { perennial } = window;
      perennial.page('Home');
      perennial.track('Product Viewed', { sku: 'A1' });
      perennial.identify('browser-user', { email: 'browser-user@example.com', name: 'Ann' });
      perennial.group('acme', { name: 'Acme' });
      perennial.alias('browser-user', 'browser-user-before');
      perennial.track('Order Completed', { order_id: 'b-1', total: 30.5, currency: 'USD' });
    };
  });
  const page = await stage.open();
  await stage.empty(page);
  await stage.holds(6);
  assert.deepEqual(eventsOf(stage), ['page', 'Product Viewed', 'identify', 'group', 'alias', 'Order Completed']);
  const customer = await perennial('customer', 'show', 'browser-user@example.com');
  const known = customer.identities.map(({ type, value }: any) => `${type}:${value}`);
  const device = await page.evaluate(() => window.perennial.anonymousId());
  for (const one of ['user_id:browser-user', 'anonymous_id:browser-user-before', `anonymous_id:${device}`])
    assert.ok(known.includes(one), known.join());
  assert.deepEqual([customer.counters.events, customer.counters.orders, customer.counters.revenue], [6, 1, '30.50']);
  assert.equal(customer.traits.name?.value ?? customer.traits.name, 'Ann');
});

play('without a network it waits, also over a reload, and arrives once', async (stage) => {
  const page = await stage.open();
  stage.gate.always = 'dead';
  await track(page, 5);
  await stage.requests(1);
  await stage.open({}, '/', page);
  await track(page, 5);
  await page.waitForFunction(() => window.perennial.status?.().waiting === 10);
  stage.gate.always = 'pass';
  await stage.empty(page);
  await stage.holds(10);
});

play('a browser that is offline sends as soon as it is not', async (stage) => {
  const page = await stage.open();
  await track(page, 1);
  await stage.empty(page);
  await stage.context.setOffline(true);
  await track(page, 5);
  // Its tries fail: the back-off grows, until the browser says that there is a network.
  await page.waitForFunction(() => Object.keys(localStorage).some((name) => name.endsWith('.retry')));
  await stage.context.setOffline(false);
  await stage.empty(page);
  await stage.holds(6);
});

play('a busy server is left alone as long as it says, and told which try it is', async (stage) => {
  const page = await stage.open();
  await page.waitForFunction(() => window.perennial.status);
  stage.gate.next = ['busy', 'broken'];
  await track(page, 3);
  await stage.empty(page);
  const [first, second, third] = stage.gate.seen;
  assert.deepEqual([first?.retryCount, second?.retryCount, third?.retryCount], [undefined, '1', '2']);
  const waited = (second?.at ?? 0) - (first?.at ?? 0);
  assert.ok(waited >= 1_900, `${waited} ms`);
  assert.deepEqual(first?.batch, third?.batch, 'the same messages, ids and all');
  await stage.holds(3);
});

play('a lost answer brings messages twice, and they count once', async (stage) => {
  const page = await stage.open();
  await page.waitForFunction(() => window.perennial.status);
  stage.gate.next = ['deaf', 'deaf'];
  await track(page, 7);
  await stage.empty(page);
  const { duplicates } = await stage.holds(7);
  assert.equal(duplicates, 14);
});

play('a clock that is two days ahead does not matter', async (stage) => {
  await stage.context.addInitScript(() => {
    const RealDate = Date;
    const ahead = 172_800_000;
    window.Date = class extends RealDate {
      constructor(...given: [any]) {
        super(...(given.length ? given : ([RealDate.now() + ahead] as [any])));
      }
      static now = () => RealDate.now() + ahead;
    } as DateConstructor;
  });
  const page = await stage.open();
  await page.evaluate(() => window.perennial.identify('ahead', { email: 'ahead@example.com' }));
  await stage.empty(page);
  await stage.holds(1);
  assert.ok(Date.parse(stage.gate.seen[0]?.batch[0].timestamp) > Date.now() + 86_400_000);
  const { counters } = await perennial('customer', 'show', 'ahead@example.com');
  const age = Date.now() - Date.parse(counters.last_seen_at);
  assert.ok(age > -60_000 && age < 300_000, `seen ${age} ms ago`);
});

play('a page that is left at once sends what it has', async (stage) => {
  const page = await stage.open();
  await page.waitForFunction(() => window.perennial.status);
  await track(page, 4);
  await page.goto('about:blank');
  await until(async () => (await stage.counts()).accepted === 4, 'the messages of a page that is gone');
  const next = await stage.open();
  await stage.empty(next);
  await stage.holds(4);
});

play('a tab that is closed leaves its messages to the next one', async (stage) => {
  const page = await stage.open();
  stage.gate.always = 'dead';
  await track(page, 4);
  await page.close();
  stage.gate.always = 'pass';
  const next = await stage.open();
  await stage.empty(next);
  await stage.holds(4);
});

play('many tabs are one visitor and send nothing twice', async (stage) => {
  const first = await stage.open({ pages: true });
  await stage.requests(1);
  const tabs = [first, ...(await Promise.all([1, 2, 3].map(() => stage.open())))];
  await Promise.all(tabs.map((page) => track(page, 25)));
  await Promise.all(tabs.map((page) => stage.empty(page)));
  const { duplicates } = await stage.holds(101);
  assert.equal(duplicates, 0);
  const devices = new Set(stage.gate.seen.flatMap(({ batch }) => batch.map(({ anonymousId }) => anonymousId)));
  assert.equal(devices.size, 1);
});

play('before consent nothing is stored and nothing sent, and a denial erases all', async (stage) => {
  const page = await stage.open({ consent: 'required', scan: 'c', pages: true }, '/?c=S1&utm_source=news');
  await page.waitForFunction(() => window.perennial.status);
  await track(page, 2);
  await page.evaluate(() => window.perennial.flush());
  const other = await stage.open({ consent: 'required', pages: true });
  await other.waitForFunction(() => window.perennial.status);
  await page.evaluate(() => window.dispatchEvent(new Event('pagehide')));
  assert.deepEqual([await stored(page), stage.gate.seen.length], [[], 0]);

  await page.evaluate(() => window.perennial.consent('granted', { analytics: true, ads: false }));
  await Promise.all([stage.empty(page), stage.empty(other)]);
  await until(() => eventsOf(stage).length >= 5, 'the messages of both tabs');
  await stage.holds(5);
  for (const { context } of stage.gate.seen.flatMap(({ batch }) => batch))
    assert.deepEqual(context.consent, { categoryPreferences: { analytics: true, ads: false } });

  stage.gate.always = 'dead';
  const requests = stage.gate.seen.length;
  await track(page, 3);
  await stage.requests(requests + 1);
  await other.evaluate(() => window.perennial.consent('denied'));
  stage.gate.always = 'pass';
  await track(page, 3);
  await page.evaluate(() => window.perennial.flush());
  // Tabs learn of each other a moment later.
  for (const tab of [page, other])
    await until(async () => (await stored(tab)).join().replace(/wk_[\w-]+/, '') === 'perennial..consent', 'the erasure');
  const after = await stage.open({ pages: true });
  await after.waitForFunction(() => window.perennial.status);
  await after.evaluate(() => window.perennial.flush());
  await stage.holds(5);
});

play('pages within the page, the campaign and the code go with what follows', async (stage) => {
  const options = { pages: true, scan: ['code', 'c'] };
  const page = await stage.open(options, '/mugs?c=STORE-12&utm_source=news&utm_medium=mail&utm_campaign=spring');
  await page.waitForFunction(() => window.perennial.status);
  await page.evaluate(async () => {
    history.pushState({}, '', '/mugs/a1');
    document.title = 'Mug A1';
    history.replaceState({ scrolled: 1 }, '', '/mugs/a1');
    await new Promise((resolve) => setTimeout(resolve));
    history.back();
  });
  await page.waitForFunction(() => location.pathname === '/mugs');
  await stage.empty(page);
  await until(() => eventsOf(stage).length >= 4, 'the way back');
  await stage.holds(4);
  const messages = stage.gate.seen.flatMap(({ batch }) => batch);
  assert.deepEqual(
    messages.map(({ type, event, properties }) => [type, event ?? properties.path, properties.code ?? properties.title]),
    [
      ['track', 'Code Scanned', 'STORE-12'],
      ['page', '/mugs', '/mugs'],
      ['page', '/mugs/a1', 'Mug A1'],
      ['page', '/mugs', 'Mug A1'],
    ],
  );
  assert.match(messages[2].properties.referrer, /\/mugs\?/);
  for (const { context } of messages) {
    assert.deepEqual(context.campaign, { source: 'news', medium: 'mail', name: 'spring' });
    assert.equal(context.code, 'STORE-12');
  }
});
