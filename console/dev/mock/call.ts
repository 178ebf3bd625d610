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

/** What a PUT that registers something or changes it is refused with; null where it goes on. `version`: of what is there. */
export function refusedByVersion({ headers }: Call, version: number | undefined): Reply | null {
  const sent = headers['if-match'];
  if (version === undefined) return sent === undefined ? null : problem(404, 'not_found');
  if (sent === undefined) return problem(428, 'precondition_required');
  return sent === `"${version}"` ? null : problem(412, 'precondition_failed');
}

/** Method, path behind `/api/v1`, and what answers. */
export type Route = [string, RegExp, (call: Call, match: RegExpMatchArray) => Reply];
