import type { CustomerIdentity, LeftOff, Merge, MergePreview, MergeSide } from '../../src/identity/types';
import { type Call, problem, type Reply, type Route } from './call.ts';
import { customers, iso, type MockCustomer, money } from './data.ts';

const merges: Merge[] = [];
const byId = new Map(customers.map((one) => [one.row.id, one]));

const standing = () => merges.filter(({ undone_at }) => undone_at === null);

/** By whose id a customer goes on. */
export function survivorOf(id: string): string {
  const merge = standing().find(({ absorbed }) => absorbed === id);
  return merge ? survivorOf(merge.survivor) : id;
}

function merged(how: Merge['how'], survivor: string, absorbed: string, more: Partial<Merge> = {}): Merge {
  const merge: Merge = {
    id: `mrg_${String(1000 + merges.length)}`,
    how,
    survivor,
    absorbed,
    identifiers: [],
    created_by: '林晓岚',
    created_at: iso(Date.now()),
    undone_by: null,
    undone_at: null,
    ...more,
  };
  merges.unshift(merge);
  return merge;
}

merged('hand', 'cus_000005', 'cus_000907', {
  created_at: '2026-09-02T02:00:00Z',
  undone_by: 'Ann Lee',
  undone_at: '2026-09-03T06:20:00Z',
});
merged('evidence', 'cus_000005', 'cus_000905', {
  identifiers: ['user_id', 'anonymous_id'],
  created_by: 'src_0001',
  created_at: '2026-10-11T11:03:00Z',
});
merged('hand', 'cus_000005', 'cus_000906', { created_at: '2026-11-12T02:41:00Z' });

export const profilesOf = (id: string): string[] => [
  id,
  ...standing()
    .filter(({ survivor }) => survivor === id)
    .flatMap(({ absorbed }) => profilesOf(absorbed)),
];

function leftOffOf({ number }: MockCustomer): LeftOff[] {
  if (number % 5 !== 0) return [];
  return [
    {
      type: 'phone',
      value: '13812345678',
      reason: 'other_customer',
      other: 'cus_000002',
      source: 'orders-2026.csv',
      at: '2026-09-12T06:00:00Z',
    },
    {
      type: 'anonymous_id',
      value: '1730452981.2086',
      reason: 'limit',
      other: null,
      source: 'src_0001',
      at: '2026-09-10T06:00:00Z',
    },
  ];
}

function identityOf(customer: MockCustomer): CustomerIdentity {
  const { id } = customer.row;
  const profiles = profilesOf(id);
  const among = (one: string) => profiles.includes(one);
  return {
    customer: id,
    profiles,
    merges: merges.filter(({ survivor, absorbed }) => among(survivor) || among(absorbed)),
    left_off: leftOffOf(customer),
  };
}

const eventsOf = ({ number }: MockCustomer) => (number % 2 === 1 ? number * 7 : 0);

function sideOf(customer: MockCustomer): MergeSide {
  const { row } = customer;
  return {
    id: row.id,
    profiles: profilesOf(row.id).length,
    identifiers: row.identifiers,
    sums: {
      display_name: row.display_name,
      orders: row.orders,
      revenue: row.revenue,
      gross_sales: row.gross_sales,
      refunds: row.refunds,
      first_purchase_at: row.first_purchase_at,
      last_purchase_at: row.last_purchase_at,
      events: eventsOf(customer),
    },
  };
}

const earliest = (...times: (string | null)[]) => times.filter((one) => one !== null).sort()[0] ?? null;
const latest = (...times: (string | null)[]) =>
  times
    .filter((one) => one !== null)
    .sort()
    .at(-1) ?? null;

function previewOf(one: MockCustomer, other: MockCustomer, keep: string | null): MergePreview {
  const first = (keep ?? (one.number < other.number ? one : other).row.id) === one.row.id ? one : other;
  const second = first === one ? other : one;
  const [survivor, absorbed] = [sideOf(first), sideOf(second)];
  const [a, b] = [survivor.sums, absorbed.sums];
  const word = (value: string, at: string) => ({ value, source: 'members.csv', at });
  const names = [...new Set([...Object.keys(first.traits), ...Object.keys(second.traits)])].sort();
  const fields = names.flatMap((name) => {
    const [mine, theirs] = [first.traits[name], second.traits[name]];
    const says = mine === undefined ? null : word(mine, '2026-10-02T03:10:00Z');
    const said = theirs === undefined ? null : word(theirs, '2026-10-05T03:10:00Z');
    const holds = said ?? says;
    const because = says && said && mine !== theirs ? 'newest' : 'no_conflict';
    return holds ? [{ name, survivor_says: says, absorbed_says: said, holds, because }] : [];
  });
  return {
    survivor,
    absorbed,
    after: {
      display_name: b.display_name ?? a.display_name,
      orders: a.orders + b.orders,
      revenue: money(a.revenue.minor + b.revenue.minor),
      gross_sales: money(a.gross_sales.minor + b.gross_sales.minor),
      refunds: money(a.refunds.minor + b.refunds.minor),
      first_purchase_at: earliest(a.first_purchase_at, b.first_purchase_at),
      last_purchase_at: latest(a.last_purchase_at, b.last_purchase_at),
      events: a.events + b.events,
    },
    fields,
    over_limit: [{ type: 'customer_id', count: 2, limit: 1 }],
    kept_apart: merges.some(
      (merge) =>
        merge.undone_at !== null &&
        [merge.survivor, merge.absorbed].every((id) => id === first.row.id || id === second.row.id),
    ),
    too_many_profiles: second.number === 64 || first.number === 64,
  };
}

/** The two of a call, or why there are not two. */
function bothOf(id: string, otherId: string | null): [MockCustomer, MockCustomer] | Reply {
  const [one, other] = [id, otherId ?? ''].map((each) => byId.get(survivorOf(each)));
  if (!one || !other) return problem(404, 'not_found', { detail: 'there is no such customer' });
  if (one === other) return problem(409, 'conflict', { detail: 'they are one customer already' });
  return [one, other];
}

const undoOf = (call: Call, id: string): Reply => {
  const merge = merges.find((one) => one.id === id);
  if (!merge) return problem(404, 'not_found');
  if (merge.undone_at) return problem(409, 'conflict', { detail: 'this merge has been taken back already' });
  if (call.cookies.mock === 'stuck') return problem(503, 'busy');
  Object.assign(merge, { undone_by: '林晓岚', undone_at: iso(Date.now()) });
  return { body: merge };
};

export const IDENTITY_ROUTES: Route[] = [
  [
    'GET',
    /^\/customers\/([^/]+)\/identity$/,
    (_, match) => {
      const found = byId.get(survivorOf(match[1] ?? ''));
      return found ? { body: identityOf(found) } : problem(404, 'not_found');
    },
  ],
  [
    'GET',
    /^\/customers\/([^/]+)\/merge-preview$/,
    (call, match) => {
      const both = bothOf(match[1] ?? '', call.query.get('other'));
      return Array.isArray(both) ? { body: previewOf(...both, call.query.get('keep')) } : both;
    },
  ],
  [
    'POST',
    /^\/customers\/([^/]+)\/merges$/,
    (call, match) => {
      const { other, keep } = call.body as { other: string; keep: string | null };
      const both = bothOf(match[1] ?? '', other);
      if (!Array.isArray(both)) return both;
      const { survivor, absorbed, too_many_profiles } = previewOf(...both, keep);
      if (too_many_profiles) return problem(409, 'conflict', { detail: 'a customer has at most 64 profiles' });
      return { status: 201, body: merged('hand', survivor.id, absorbed.id) };
    },
  ],
  ['POST', /^\/merges\/([^/]+)\/undo$/, (call, match) => undoOf(call, match[1] ?? '')],
];
