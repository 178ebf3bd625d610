import { describe, expect, it } from 'vitest';
import { isLocal, snippet, WAYS } from './snippets';

describe('code that sends to this server', () => {
  it('has its address and the write key, whatever sends', () => {
    for (const way of WAYS) {
      const code = snippet(way, 'https://data.example:8443', 'wk_0123');
      expect(code, way).toContain('wk_0123');
      expect(code, way).toContain('https://data.example:8443');
      expect(code, way).not.toContain('segment.io/');
    }
  });

  it('is one line for a terminal, with the key as the name and no password', () => {
    expect(snippet('curl', 'http://127.0.0.1:7300', 'wk_0')).toBe(
      `curl -u 'wk_0:' http://127.0.0.1:7300/v1/track -d '{"userId":"u1","event":"Product Viewed"}'`,
    );
  });

  it('gives a site the loader of our SDK, from this server', () => {
    const code = snippet('browser', 'http://10.0.0.7:7300', 'wk_0');
    expect(code).toContain('"http://10.0.0.7:7300/v1/perennial.js"');
    expect(code).toContain('perennial.load({ writeKey: "wk_0"');
    expect(code).toMatch(/^<script>\n.*\n<\/script>$/s);
  });

  it('says when only this machine reaches the address', () => {
    for (const origin of ['http://localhost:7300', 'http://127.0.0.1:7300', 'http://[::1]:7300'])
      expect(isLocal(origin), origin).toBe(true);
    for (const origin of ['https://data.example', 'http://10.0.0.7', 'https://localhost.example'])
      expect(isLocal(origin), origin).toBe(false);
  });
});
