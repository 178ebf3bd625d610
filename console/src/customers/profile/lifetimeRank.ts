import { queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { CustomerPage } from '@/shared/api/types';

export interface LifetimeRank {
  /** 1 for the highest value; equal ones share a rank. */
  rank: number;
  /** Customers with a lifetime value. */
  total: number;
  /** Share of them whose value is at most this one's, 0 to 1. */
  atMost: number;
}

export function rankFrom(above: number, atMost: number): LifetimeRank {
  const total = above + atMost;
  return { rank: above + 1, total, atMost: total > 0 ? atMost / total : 0 };
}

/** A profile does not say where its customer stands; the list counts who has more, and who has as much or less. */
export function lifetimeRankQuery(minor: number) {
  return queryOptions({
    queryKey: ['customers', 'lifetime-rank', minor],
    queryFn: async ({ signal }) => {
      const count = async (filter: Record<string, number>) =>
        (await api.get<CustomerPage>('/customers', { ...filter, limit: 1 }, signal)).total;
      const [above, atMost] = await Promise.all([
        count({ min_lifetime_minor: minor + 1 }),
        count({ max_lifetime_minor: minor }),
      ]);
      return rankFrom(above, atMost);
    },
  });
}
