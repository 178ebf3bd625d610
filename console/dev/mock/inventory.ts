import type { Asset, AssetPart, Inventory } from '../../src/inventory/types';
import type { Call, Route } from './call.ts';
import { iso } from './data.ts';

const CUSTOMERS = 1860;

const shareOf = (part: number | null, whole: number) =>
  part === null || whole <= 0 ? null : Math.round((part / whole) * 10_000);

type Counted = [total: number, added: number | null, covered: number | null];

function holding([total, added, covered]: Counted, customers: number) {
  return {
    total,
    added,
    growth_basis_points: added === null ? null : shareOf(added, total - added),
    covered,
    completeness_basis_points: shareOf(covered, customers),
  };
}

const PARTS: Record<Asset['asset'], [code: string, name: string | null, ...Counted][]> = {
  profiles: [
    ['identity', null, 1488, null, 1488],
    ['behaviour', null, 1210, null, 1210],
    ['consumption', null, 1706, null, 1706],
    ['decision', null, 93, null, 93],
    ['usage', null, 205, null, 205],
    ['other', null, 0, null, 0],
  ],
  identities: [
    ['email', null, 940, 31, 940],
    ['open_id', null, 905, 64, 905],
    ['phone', null, 1642, 52, 1610],
  ],
  tags: [],
  events: [
    ['order', null, 6204, 118, null],
    ['refund', null, 171, 3, null],
    ['event', null, 20_418, 1902, null],
    ['page', null, 31_007, 2410, null],
  ],
  consents: [
    ['marketing', '营销消息', 1320, 44, 1188],
    ['wechat', null, 905, 64, 905],
  ],
  contents: [
    ['topics', null, 12, 0, 310],
    ['forms', null, 2, 2, 46],
    ['usage_cards', null, 3, 0, 205],
    ['consent_texts', null, 4, 1, 1188],
  ],
};

/** Who has any; of profiles nothing is counted but the mean of the classes. */
const COVERED: Record<Asset['asset'], number | null> = {
  profiles: null,
  identities: 1860,
  tags: 402,
  events: 1790,
  consents: 1240,
  contents: 1301,
};

function assetOf(asset: Asset['asset'], customers: number): Asset {
  const isEmpty = customers === 0;
  const parts: AssetPart[] = (isEmpty && asset !== 'contents' ? [] : PARTS[asset]).map(([code, name, ...counted]) => ({
    code,
    name,
    ...holding(isEmpty ? [0, 0, 0] : counted, customers),
  }));
  const sum = (key: 'total' | 'added') => parts.reduce((all, part) => all + (part[key] ?? 0), 0);
  const covered = isEmpty && asset !== 'profiles' ? 0 : COVERED[asset];
  if (asset === 'profiles') {
    const known = shareOf(sum('total'), 6 * customers);
    return {
      asset,
      ...holding([customers, isEmpty ? 0 : 37, null], customers),
      completeness_basis_points: known,
      parts,
    };
  }
  if (asset === 'tags') return { asset, ...holding(isEmpty ? [0, 0, 0] : [613, 25, covered], customers), parts };
  return { asset, ...holding([sum('total'), sum('added'), covered], customers), parts };
}

function inventoryOf(isEmpty: boolean): Inventory {
  const customers = isEmpty ? 0 : CUSTOMERS;
  const kinds = ['profiles', 'identities', 'tags', 'events', 'consents', 'contents'] as const;
  const assets = kinds.map((asset) => assetOf(asset, customers));
  return { as_of: iso(Date.UTC(2026, 10, 22, 2, 11, 50)), since: '2026-11-16', customers, assets };
}

export const INVENTORY_ROUTES: Route[] = [
  ['GET', /^\/inventory$/, (call: Call) => ({ body: inventoryOf(call.cookies.mock === 'empty') })],
];
