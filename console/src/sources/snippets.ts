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

/**
 * Code that sends to this server: our own SDK for a site, the published ones as they are for the rest. `origin` is its
 * address, such as `https://data.example`.
 */
export function snippet(way: Way, origin: string, writeKey: string): string {
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
      // The loader of sdk/js/README.md; a test of the SDK compares the two.
      return `<script>
!function(w,d,u){var p=w.perennial=w.perennial||{},q=p.q=p.q||[];if(p.load)return;
"identify track page group alias reset consent flush".split(" ").forEach(function(m){
p[m]=function(){q.push([m,[].slice.call(arguments),+new Date])}});p.load=function(o){
q.push(["load",[o]]);var s=d.createElement("script");s.async=1;s.src=u;d.head.appendChild(s)}
}(window,document,"${origin}/v1/perennial.js");
perennial.load({ writeKey: "${writeKey}", pages: true });
</script>`;
  }
}

/** Such an address is this machine for everybody else too. */
export function isLocal(origin: string): boolean {
  return /^(localhost|127\..*|\[::1\])$/.test(new URL(origin).hostname);
}
