// Figures of the example file, computed from the file alone: the measure for what the console shows.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

export const RETAIL_FILE = fileURLToPath(new URL('../../../examples/data/online_retail_main.csv.gz', import.meta.url));

export interface Buyer {
  id: string;
  orders: number;
  grossMinor: number;
  netMinor: number;
  firstMonth: string;
  lastDay: string;
  months: Set<string>;
}

export interface Retail {
  rows: number;
  /** Everybody with an identifier, also those who only returned something. */
  customers: number;
  buyers: Buyer[];
  purchaseLines: number;
  orders: number;
  grossMinor: number;
  refundsMinor: number;
  lastDay: string;
  /** What an import of the whole file adds, those without a customer included: they are on file as well. */
  imported: { orders: number; refunds: number };
}

/** One record of a CSV file with quotes; no field of this file contains a line break. */
export function splitCsv(line: string): string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    if (line[at] === '"') {
      let text = '';
      at += 1;
      while (!(line[at] === '"' && line[at + 1] !== '"')) {
        if (line[at] === '"') at += 1;
        text += line[at];
        at += 1;
      }
      cells.push(text);
      at += 2;
    } else {
      const comma = line.indexOf(',', at);
      const end = comma < 0 ? line.length : comma;
      cells.push(line.slice(at, end));
      at = end + 1;
    }
  }
  return cells;
}

const MILLI = 1000;

/** Quantity × price in minor units, without fractions on the way; half a unit goes away from zero. */
function amountMinor(quantity: number, price: string): number {
  const milli = Math.round(Number(price) * MILLI) * quantity;
  return Math.sign(milli) * Math.round(Math.abs(milli) / 10);
}

export function readRetail(): Retail {
  const lines = gunzipSync(readFileSync(RETAIL_FILE)).toString('utf8').split('\n');
  const people = new Set<string>();
  const buyers = new Map<string, Buyer & { invoices: Set<string>; refundsMinor: number }>();
  const refunds = new Map<string, number>();
  const imported = { orders: new Set<string>(), refunds: new Set<string>() };
  let rows = 0;
  let purchaseLines = 0;
  let lastDay = '';
  for (const line of lines.slice(1)) {
    if (line === '') continue;
    rows += 1;
    const [invoice = '', , , quantityText = '', date = '', price = '', customer = ''] = splitCsv(line);
    const quantity = Number(quantityText);
    const amount = quantity * Number(price);
    if (invoice.startsWith('C') || amount < 0) imported.refunds.add(invoice);
    else if (amount > 0) imported.orders.add(invoice);
    if (customer === '') continue;
    people.add(customer);
    if (Number(price) <= 0) continue;
    if (invoice.startsWith('C')) {
      if (quantity < 0) refunds.set(customer, (refunds.get(customer) ?? 0) - amountMinor(quantity, price));
      continue;
    }
    if (quantity <= 0) continue;
    purchaseLines += 1;
    const day = date.slice(0, 10);
    const month = date.slice(0, 7);
    if (day > lastDay) lastDay = day;
    let buyer = buyers.get(customer);
    if (!buyer) {
      buyer = {
        id: customer,
        orders: 0,
        grossMinor: 0,
        netMinor: 0,
        refundsMinor: 0,
        firstMonth: month,
        lastDay: day,
        months: new Set(),
        invoices: new Set(),
      };
      buyers.set(customer, buyer);
    }
    buyer.invoices.add(invoice);
    buyer.months.add(month);
    buyer.grossMinor += amountMinor(quantity, price);
    if (month < buyer.firstMonth) buyer.firstMonth = month;
    if (day > buyer.lastDay) buyer.lastDay = day;
  }
  const list = [...buyers.values()].map((buyer) => ({
    ...buyer,
    orders: buyer.invoices.size,
    netMinor: buyer.grossMinor - (refunds.get(buyer.id) ?? 0),
  }));
  return {
    rows,
    customers: people.size,
    buyers: list,
    purchaseLines,
    orders: list.reduce((sum, buyer) => sum + buyer.orders, 0),
    grossMinor: list.reduce((sum, buyer) => sum + buyer.grossMinor, 0),
    refundsMinor: [...refunds.values()].reduce((sum, minor) => sum + minor, 0),
    lastDay,
    imported: { orders: imported.orders.size, refunds: imported.refunds.size },
  };
}

/** Linear interpolation between the two neighbours, as numpy and R do it by default. */
export function quantile(values: number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

export interface Scored {
  buyer: Buyer;
  r: number;
  f: number;
  m: number;
}

const DAY_MS = 86_400_000;

/** Score = 1 + number of cut points below the value, so equal values score equally; recency is turned around. */
export function scoreRfm(buyers: Buyer[], referenceDay: string, moneyOf: (buyer: Buyer) => number): Scored[] {
  const recency = (buyer: Buyer) => (Date.parse(referenceDay) - Date.parse(buyer.lastDay)) / DAY_MS;
  const cuts = (values: number[]) => [0.2, 0.4, 0.6, 0.8].map((p) => quantile(values, p));
  const [r, f, m] = [cuts(buyers.map(recency)), cuts(buyers.map((buyer) => buyer.orders)), cuts(buyers.map(moneyOf))];
  const below = (points: number[], value: number) => points.filter((point) => point < value).length;
  return buyers.map((buyer) => ({
    buyer,
    r: 5 - below(r, recency(buyer)),
    f: 1 + below(f, buyer.orders),
    m: 1 + below(m, moneyOf(buyer)),
  }));
}
