export interface FieldError {
  pointer: string;
  code: string;
  detail: string;
  allowed?: unknown;
}

/** A problem+json answer, or a failure before any answer (`status` 0, code `network`). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string | null;
  readonly right: string | null;
  readonly errors: FieldError[];
  readonly requestId: string | null;
  readonly retryAfterSecs: number | null;

  constructor(status: number, problem: Record<string, unknown>, headers?: Headers) {
    const code = typeof problem.code === 'string' ? problem.code : codeOfStatus(status);
    super(typeof problem.title === 'string' ? problem.title : code);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.detail = typeof problem.detail === 'string' ? problem.detail : null;
    this.right = typeof problem.right === 'string' ? problem.right : null;
    this.errors = Array.isArray(problem.errors) ? (problem.errors as FieldError[]) : [];
    this.requestId =
      typeof problem.request_id === 'string' ? problem.request_id : (headers?.get('x-request-id') ?? null);
    const retryAfter = Number(headers?.get('retry-after'));
    this.retryAfterSecs = retryAfter > 0 ? retryAfter : null;
  }
}

/** Only what may pass by itself is tried again; an answer that says no stays a no. */
export function mayPass(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status === 503);
}

export type QueryValue = string | number | boolean | null | undefined;
export type Query = Record<string, QueryValue>;

interface RequestOptions {
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

const BASE = '/api/v1';
let csrfToken: string | null = null;
let onSignedOut: () => void = () => {};

export function setCsrfToken(token: string | null) {
  csrfToken = token;
}

/** Called when a request of a signed-in screen is answered with 401. */
export function setSignedOutHandler(handler: () => void) {
  onSignedOut = handler;
}

export function apiUrl(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== '') search.set(key, String(value));
  }
  const text = search.toString();
  return text ? `${BASE}${path}?${text}` : BASE + path;
}

function codeOfStatus(status: number): string {
  const codes: Record<number, string> = {
    0: 'network',
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'not_found',
    409: 'conflict',
    412: 'precondition_failed',
    413: 'too_large',
    422: 'invalid_request',
    429: 'rate_limited',
  };
  return codes[status] ?? (status >= 500 ? 'internal' : 'invalid_request');
}

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return body && typeof body === 'object' ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isSessionPath(path: string) {
  return path === '/session' || path.startsWith('/session/link');
}

export interface Answer<T> {
  data: T;
  etag: string | null;
}

async function send<T>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && csrfToken) headers['X-CSRF-Token'] = csrfToken;
  let response: Response;
  try {
    response = await fetch(apiUrl(path, options.query), {
      method,
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
      credentials: 'same-origin',
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, {});
  }
  if (!response.ok) {
    const failure = new ApiError(response.status, await problemOf(response), response.headers);
    if (response.status === 401 && !isSessionPath(path)) onSignedOut();
    throw failure;
  }
  const hasBody = response.status !== 204 && response.headers.get('content-type')?.includes('json');
  return { data: (hasBody ? await response.json() : undefined) as T, etag: response.headers.get('etag') };
}

/** A long answer as it comes, piece by piece. */
export async function fetchStream(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array<ArrayBuffer>>> {
  let response: Response;
  try {
    response = await fetch(apiUrl(path), { signal, credentials: 'same-origin' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, {});
  }
  if (!response.ok) {
    if (response.status === 401) onSignedOut();
    throw new ApiError(response.status, await problemOf(response), response.headers);
  }
  return piecesOf(response);
}

async function* piecesOf(response: Response): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  // Not `for await` over the body: not every browser that we support has that.
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/** A fresh key per user action, so that a repeated click or a retry creates one thing. */
export function idempotencyKey(): Record<string, string> {
  return { 'Idempotency-Key': crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}` };
}

export const api = {
  get: async <T>(path: string, query?: Query, signal?: AbortSignal) =>
    (await send<T>('GET', path, { query, signal })).data,
  getWithEtag: <T>(path: string, signal?: AbortSignal) => send<T>('GET', path, { signal }),
  post: async <T>(path: string, body: unknown, headers?: Record<string, string>, signal?: AbortSignal) =>
    (await send<T>('POST', path, { body, headers, signal })).data,
  put: <T>(path: string, body: unknown, headers?: Record<string, string>) => send<T>('PUT', path, { body, headers }),
  patch: async <T>(path: string, body: unknown) => (await send<T>('PATCH', path, { body })).data,
  delete: async <T = void>(path: string, headers?: Record<string, string>) =>
    (await send<T>('DELETE', path, { headers })).data,
};

/** Streams a file from disk. XMLHttpRequest, because fetch reports no upload progress. */
export function uploadFile<T>(
  path: string,
  query: Query,
  file: Blob,
  onProgress: (bytesDone: number) => void,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', apiUrl(path, query));
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Accept', 'application/json');
    if (csrfToken) request.setRequestHeader('X-CSRF-Token', csrfToken);
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onerror = () => reject(new ApiError(0, {}));
    request.onabort = () => reject(new DOMException('upload aborted', 'AbortError'));
    request.onload = () => {
      let body: Record<string, unknown> = {};
      try {
        body = JSON.parse(request.responseText || '{}');
      } catch {
        // an answer without JSON is described by its status alone
      }
      if (request.status >= 200 && request.status < 300) resolve(body as T);
      else {
        if (request.status === 401) onSignedOut();
        reject(new ApiError(request.status, body));
      }
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
