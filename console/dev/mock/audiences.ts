import type { Audience } from '../../src/audiences/types';
import { problem, type Route } from './call.ts';

const made = (id: string, rest: Partial<Audience>): Audience => ({
  id,
  name: '春茶',
  provider: '茶博会',
  purpose: '春季礼盒',
  tag: 'early',
  hashes: 200_000,
  matched: 61_240,
  unmatched: 138_760,
  refused: 3,
  customers: 61_198,
  expires_at: '2026-12-21T03:00:00Z',
  created_by: 'Ann',
  created_at: '2026-11-21T03:00:00Z',
  done_at: '2026-11-21T03:00:08Z',
  failure: null,
  ...rest,
});

const audiences = [
  made('aud_spring', {}),
  made('aud_autumn', { name: '秋茶', provider: '旧平台', failure: 'tag_unusable' }),
];

export const AUDIENCE_ROUTES: Route[] = [
  ['GET', /^\/audiences$/, (call) => ({ body: { items: call.cookies.mock === 'empty' ? [] : audiences } })],
  [
    'POST',
    /^\/audiences$/,
    (call) => {
      const [name, provider, purpose, tag] = ['name', 'provider', 'purpose', 'tag'].map((key) => call.query.get(key));
      if (!name || !provider || !purpose || !tag) return problem(422, 'invalid_request');
      const one = made(`aud_${audiences.length}`, {
        name,
        provider,
        purpose,
        tag,
        hashes: 2,
        matched: 1,
        unmatched: 1,
      });
      audiences.unshift(one);
      return { status: 201, body: one };
    },
  ],
];
