import type { Money } from '@/shared/api/types';
import { addMoney } from '@/shared/fmt/money';
import type { RankingRow } from './types';

export interface Sold {
  orders: number;
  net: Money;
}

/** What a clerk sold: in all stores together, or in this one. Nothing is zero, in the brand's currency. */
export function soldBy({ sales, earned }: Pick<RankingRow, 'sales' | 'earned'>, store?: string): Sold {
  return sales
    .filter((one) => store === undefined || one.store === store)
    .reduce<Sold>(({ orders, net }, one) => ({ orders: orders + one.orders, net: addMoney(net, one.net_sales) }), {
      orders: 0,
      net: { ...earned, minor: 0 },
    });
}
