import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, it, vi } from 'vitest';
import { askAhead } from './askAhead';
import { createAppRouter } from './router';

afterEach(() => vi.unstubAllGlobals());

/** Which paths of the interface are asked for when the console opens at `address`. */
async function asked(address: string, me: object | null): Promise<string[]> {
  const calls: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    calls.push(url.replace('/api/v1', ''));
    const status = me === null ? 401 : 200;
    return new Response(JSON.stringify(url.endsWith('/session') ? me : {}), {
      status,
      headers: { 'content-type': 'application/json' },
    });
  });
  window.history.replaceState({}, '', address);
  await askAhead(new QueryClient({ defaultOptions: { queries: { retry: false } } }), createAppRouter());
  return calls.sort();
}

const everything = { rights: ['value.read', 'customers.read'], must_set_password: false };
const clerk = { rights: ['customers.read'], must_set_password: false };

it('the data of the first page is on its way before it is rendered', async () => {
  expect(await asked('/', everything)).toEqual(['/overview', '/session', '/settings']);
  expect(await asked('/value', everything)).toEqual(['/session', '/settings', '/value', '/value/rfm']);
  expect(await asked('/customers?group=champions&page=9', everything)).toEqual([
    '/customers?group=champions&sort=lifetime_value&order=desc&limit=50',
    '/session',
    '/settings',
  ]);
  expect(await asked('/customers/cus_1', clerk)).toEqual(['/customers/cus_1', '/session', '/settings']);
});

it('nobody is asked for what they may not see', async () => {
  expect(await asked('/', clerk)).toEqual(['/session', '/settings']);
  expect(await asked('/value', clerk)).toEqual(['/session', '/settings']);
  expect(await asked('/', null)).toEqual(['/session', '/settings']);
  expect(await asked('/customers', { ...everything, must_set_password: true })).toEqual(['/session', '/settings']);
});
