// In a browser: what a bundler takes. `browser.ts` is the same behind the loader's stub.

import { type Client, createClient } from './client';
import { openStore } from './store';
import type { Environment, LoadOptions, Perennial } from './types';

export type {
  Categories,
  ConsentState,
  LoadOptions,
  MessageId,
  MessageOptions,
  Perennial,
  Properties,
} from './types';

export function browserEnvironment(): Environment {
  const { navigator: browser, crypto } = window;
  return {
    now: () => Date.now(),
    random: () =>
      Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(''),
    shared: openStore(() => localStorage),
    visit: openStore(() => sessionStorage),
    place: () => ({
      url: location.href.split('#')[0] as string,
      path: location.pathname,
      search: location.search,
      title: document.title,
      referrer: document.referrer,
    }),
    locale: browser.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    fetch: (url, request) => fetch(url, request),
    later: (act, ms) => setTimeout(act, ms),
    cancel: (timer) => clearTimeout(timer as number),
    // Older browsers, and addresses without TLS, have no locks: there two tabs may send the same, which counts once.
    alone: (name, act) => (browser.locks ? (browser.locks.request(name, act) as unknown as Promise<void>) : act()),
    warn: (text) => console.warn(`perennial: ${text}`),
  };
}

/** One client for a write key and a page. */
export function load(options: LoadOptions): Perennial {
  return start(options, browserEnvironment());
}

export function start(options: LoadOptions, env: Environment): Client {
  const client = createClient(options, env);
  const beacon =
    'keepalive' in Request.prototype ? undefined : (url: string, body: string) => navigator.sendBeacon(url, body);
  const leave = () => client.sender.leave(beacon);
  addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && leave());
  addEventListener('online', () => client.sender.online());
  // No name: all of it was cleared.
  addEventListener('storage', ({ key }) => (!key || key.endsWith('.consent')) && client.decide());
  if (options.pages) followPages(client);
  return client;
}

function followPages(client: Client) {
  let shown: string | undefined;
  const show = () => {
    const here = location.pathname + location.search;
    if (here !== shown) client.page();
    shown = here;
  };
  // Such a navigation is over when the page has had time to set its title.
  const soon = () => setTimeout(show);
  for (const way of ['pushState', 'replaceState'] as const) {
    const original = history[way];
    history[way] = function (...given) {
      original.apply(this, given);
      soon();
    };
  }
  addEventListener('popstate', soon);
  show();
}
