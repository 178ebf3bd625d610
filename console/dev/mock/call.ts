import type { IncomingMessage } from 'node:http';

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
  headers: IncomingMessage['headers'];
  cookies: Record<string, string>;
  bytes: number;
}

export interface Reply {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  text?: string;
}

export const PROBLEM = { 'Content-Type': 'application/problem+json' };

export function problem(status: number, code: string, more: object = {}): Reply {
  return {
    status,
    body: { type: 'about:blank', title: code, status, code, errors: [], request_id: 'req_mock_0001', ...more },
    headers: PROBLEM,
  };
}

/** Method, path behind `/api/v1`, and what answers. */
export type Route = [string, RegExp, (call: Call, match: RegExpMatchArray) => Reply];
