import { expect, it } from 'vitest';
import { soldBy } from './sales';

const yuan = (minor: number) => ({ minor, currency: 'CNY', exponent: 2 });
const row = {
  earned: yuan(500),
  sales: [
    { store: 'plc_12', orders: 2, net_sales: yuan(1000) },
    { store: 'plc_15', orders: 1, net_sales: yuan(-200) },
  ],
};

it('sales before and after a move are of their stores, and come together', () => {
  expect(soldBy(row)).toEqual({ orders: 3, net: yuan(800) });
  expect(soldBy(row, 'plc_12')).toEqual({ orders: 2, net: yuan(1000) });
});

it('nothing sold is zero', () => {
  expect(soldBy(row, 'plc_99')).toEqual({ orders: 0, net: yuan(0) });
});
