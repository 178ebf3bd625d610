import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { missingRight } from './rights';

interface Document {
  paths: Record<string, Record<string, { security?: { session?: string[] }[] }>>;
}

describe('rights of the made-up server', () => {
  it('are those of the real one, for every call that the console could make', () => {
    const { paths }: Document = JSON.parse(readFileSync('../docs/openapi.json', 'utf8'));
    const calls = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => ({
        method: method.toUpperCase(),
        path: path.replace('/api/v1', '').replace(/\{\w+\}/g, 'x'),
        right: security?.flatMap((one) => one.session ?? [])[0] ?? null,
      })),
    );
    expect(calls.length).toBeGreaterThan(30);
    for (const { method, path, right } of calls)
      expect(missingRight('nobody', method, path), `${method} ${path}`).toBe(right);
  });
});
