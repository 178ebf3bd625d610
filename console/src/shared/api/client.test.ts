import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, api, apiUrl, setCsrfToken, setSignedOutHandler } from './client';

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  const fetchMock = vi.fn(
    async (_url: string, _init: RequestInit) =>
      new Response(body === null ? null : JSON.stringify(body), {
        status,
        headers: { 'Content-Type': 'application/problem+json', ...headers },
      }),
  );
  vi.stubGlobal('fetch', fetchMock);
  return fetchMock;
}

afterEach(() => {
  vi.unstubAllGlobals();
  setCsrfToken(null);
  setSignedOutHandler(() => {});
});

describe('client', () => {
  it('leaves empty parameters out of the address', () => {
    expect(apiUrl('/customers', { search: 'a b', group: null, cursor: undefined, r: '' })).toBe(
      '/api/v1/customers?search=a+b',
    );
  });

  it('turns a problem into an error with code, fields and request id', async () => {
    answer(422, {
      code: 'invalid_request',
      detail: 'name is empty',
      request_id: 'req_1',
      errors: [{ pointer: '/name', code: 'empty', detail: 'name is empty' }],
    });
    const error = await api.post('/users', {}).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 422,
      code: 'invalid_request',
      requestId: 'req_1',
      errors: [{ pointer: '/name' }],
    });
  });

  it('reads how long to wait after too many tries', async () => {
    answer(429, {}, { 'Retry-After': '30' });
    expect(await api.get('/x').catch((failure: unknown) => failure)).toMatchObject({
      code: 'rate_limited',
      retryAfterSecs: 30,
    });
  });

  it('sends the CSRF token with changes only', async () => {
    setCsrfToken('secret');
    const fetchMock = answer(200, {}, { 'Content-Type': 'application/json' });
    await api.get('/x');
    await api.post('/x', {});
    expect(fetchMock.mock.calls[0]?.[1].headers).not.toHaveProperty('X-CSRF-Token');
    expect(fetchMock.mock.calls[1]?.[1].headers).toHaveProperty('X-CSRF-Token', 'secret');
  });

  it('tells the shell when a session has ended, but not when signing in fails', async () => {
    const signedOut = vi.fn();
    setSignedOutHandler(signedOut);
    answer(401, { code: 'unauthenticated' });
    await api.post('/session', {}).catch(() => {});
    expect(signedOut).not.toHaveBeenCalled();
    await api.get('/customers').catch(() => {});
    expect(signedOut).toHaveBeenCalledOnce();
  });

  it('names a lost network', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')));
    expect(await api.get('/x').catch((failure: unknown) => failure)).toMatchObject({ status: 0, code: 'network' });
  });
});
