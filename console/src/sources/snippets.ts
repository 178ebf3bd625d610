import type { SourceKind } from '@/shared/api/types';

export const WAYS = ['curl', 'node', 'python', 'browser'] as const;
export type Way = (typeof WAYS)[number];

/** Stands for the write key where it is not known: it is shown once. */
export const KEY_PLACEHOLDER = 'WRITE_KEY';

/** What most would send with from a touch-point of this kind. */
export const WAY_OF_KIND: Record<SourceKind, Way> = {
  website: 'browser',
  app: 'curl',
  mini_program: 'curl',
  server: 'node',
  till: 'curl',
  other: 'curl',
};

/** The shortest way to a first message: one line for a terminal. */
export function curlLine(origin: string, writeKey: string): string {
  return `curl -u '${writeKey}:' ${origin}/v1/track -d '{"userId":"u1","event":"Product Viewed"}'`;
}

/** Code that sends to this server, with the published SDKs as they are. `origin` is its address, such as `https://data.example`. */
export function snippet(way: Way, origin: string, writeKey: string): string {
  const { protocol, host } = new URL(origin);
  switch (way) {
    case 'curl':
      return curlLine(origin, writeKey);
    case 'node':
      return `// npm install @segment/analytics-node
import { Analytics } from '@segment/analytics-node';

const analytics = new Analytics({ writeKey: '${writeKey}', host: '${origin}' });
analytics.identify({ userId: 'u1', traits: { email: 'ann@example.com' } });
analytics.track({ userId: 'u1', event: 'Product Viewed', properties: { sku: 'A1' } });
await analytics.closeAndFlush();`;
    case 'python':
      return `# pip install segment-analytics-python
import segment.analytics as analytics

analytics.write_key = "${writeKey}"
analytics.host = "${origin}"
analytics.identify("u1", {"email": "ann@example.com"})
analytics.track("u1", "Product Viewed", {"sku": "A1"})
analytics.shutdown()`;
    case 'browser':
      return `// npm install @segment/analytics-next
import { AnalyticsBrowser } from '@segment/analytics-next';

const analytics = AnalyticsBrowser.load(
  { writeKey: '${writeKey}', cdnURL: '${origin}' },
  {
    integrations: {
      'Segment.io': { apiHost: '${host}/v1', protocol: '${protocol.slice(0, -1)}' },
    },
  },
);
analytics.page();
analytics.track('Product Viewed', { sku: 'A1' });`;
  }
}

/** Such an address is this machine for everybody else too. */
export function isLocal(origin: string): boolean {
  return /^(localhost|127\..*|\[::1\])$/.test(new URL(origin).hostname);
}
