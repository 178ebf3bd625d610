// A shop with the loader in its pages, a browser, a source of its own for each test, and what the server has of it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Perennial } from '../../src/types';
import { Gate } from './gate';

declare global {
  interface Window {
    perennial: Perennial & { load(options: object): void };
  }
}

const run = promisify(execFile);
const needed = (name: string) => process.env[name] ?? assert.fail(`${name} is not set: run scripts/sdk_js.sh`);
const MINUTE = 60_000;

/** The loader of the README, as people copy it. */
const LOADER = /```html\n([\s\S]*?)```/.exec(readFileSync(`${process.cwd()}/README.md`, 'utf8'))?.[1] ?? '';

export async function perennial(...args: string[]): Promise<any> {
  const { stdout } = await run(needed('PERENNIAL_BINARY'), [...args, '--json', '--data', needed('PERENNIAL_DATA')]);
  return JSON.parse(stdout);
}

export class Stage {
  shop = '';
  private constructor(
    readonly gate: Gate,
    readonly context: BrowserContext,
    private readonly source: { id: string; write_key: string },
  ) {}

  static async set(browser: Browser, name: string): Promise<Stage> {
    const source = await perennial('source', 'create', '--name', name, '--kind', 'website');
    const gate = await new Gate(new URL(needed('PERENNIAL_URL'))).open();
    const stage = new Stage(gate, await browser.newContext(), source);
    stage.context.setDefaultTimeout(MINUTE / 2);
    return stage;
  }

  /** Opens a page of the shop in a new tab. */
  async open(options: object = {}, path = '/', tab?: Page): Promise<Page> {
    const page = tab ?? (await this.context.newPage());
    const query = encodeURIComponent(JSON.stringify({ host: this.gate.url, key: this.source.write_key, options }));
    const [file, search = ''] = path.split('?');
    await page.goto(`${shop.url}${file}?${search}&stage=${query}`);
    return page;
  }

  /** Waits until nothing waits in the browser. */
  async empty(page: Page): Promise<void> {
    await page.waitForFunction(() => window.perennial.status?.().waiting === 0, undefined, { polling: 50 });
  }

  /** Waits for requests with messages. */
  async requests(count: number): Promise<void> {
    await until(() => this.gate.seen.length >= count, `${count} requests`);
  }

  async counts(): Promise<{ accepted: number; duplicates: number; quarantined: number }> {
    const { items } = await perennial('source', 'list');
    const { accepted, duplicates, quarantined } = items.find((item: any) => item.id === this.source.id);
    return { accepted, duplicates, quarantined };
  }

  /** All that was made is there, once. */
  async holds(accepted: number): Promise<{ duplicates: number }> {
    const counts = await this.counts();
    assert.deepEqual([counts.accepted, counts.quarantined], [accepted, 0], JSON.stringify(counts));
    return counts;
  }

  async end(): Promise<void> {
    await this.context.close();
    this.gate.close();
  }
}

export async function until(met: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + MINUTE / 2;
  while (!(await met())) {
    assert.ok(Date.now() < end, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Pages whose address says what their loader is told. */
const shop = { url: '', server: http.createServer() };
shop.server.on('request', (request, response) => {
  const asked = new URL(request.url ?? '/', 'http://shop');
  const stage = asked.searchParams.get('stage');
  const { host, key, options } = stage ? JSON.parse(stage) : ({} as any);
  const loader = LOADER.replace('https://data.example', host)
    .replace('"WRITE_KEY", pages: true', `"${key}", ...${JSON.stringify(options)}`)
    .replace('</script>', 'window.early?.();</script>');
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><title>${asked.pathname}</title>${stage ? loader : ''}<h1>Shop</h1>`);
});

export async function startBrowser(): Promise<Browser> {
  assert.ok(LOADER.includes('perennial.load('), 'the README has no loader');
  await new Promise<void>((resolve) => shop.server.listen(0, '127.0.0.1', resolve));
  shop.url = `http://127.0.0.1:${(shop.server.address() as AddressInfo).port}`;
  return chromium.launch({
    executablePath: process.env.PERENNIAL_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
}

export function stopShop(): void {
  shop.server.closeAllConnections();
  shop.server.close();
}
