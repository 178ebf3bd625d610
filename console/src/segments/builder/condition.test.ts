import { describe, expect, it } from 'vitest';
import { conditionOf, conditionText, unquoted } from './condition';

describe('a condition', () => {
  it('is printed as it was read', () => {
    for (const text of [
      'has tag "老 客"',
      'has tag of stage',
      'in segment champions',
      'has identifier phone',
      'reachable',
      'reachable by sms',
      'consent granted to marketing by sms',
      'city is "成\\"都"',
      'city is one of ("成都", "Shanghai")',
      '"first" >= 1',
      '$lifetime_value >= 1000.00 CNY',
      'birthday anniversary in next 7 days',
      '$created_at in last 30 days',
      'age between 5 and 10',
      '$lifetime_value top 5%',
      'name starts with "x"',
      'did orders',
      'never anything in last 60 days',
      'count of orders[line [category is "lens"]] in last 6 months >= 2',
      'did event "Product Added"[price >= 100.00 CNY] in last 1 day',
      'count of pages in this month = 3',
      'did orders in last 3 full months',
      'sum amount of orders + refunds in last 1 year >= 500.00 CNY',
      'distinct sku of lines in last 1 year >= 3',
      'first store of orders is "S1"',
    ]) {
      const condition = conditionOf(text);
      expect(condition.kind, text).not.toBe('text');
      expect(conditionText(condition)).toBe(text);
    }
  });

  it('has its parts in fields', () => {
    expect(conditionOf('count of orders[line [category is "lens"]] in last 6 months >= 2')).toEqual({
      kind: 'times',
      times: { verb: '>=', count: '2' },
      facts: {
        of: 'orders',
        where: { line: true, property: 'category', test: { op: 'is', value: '"lens"' } },
        window: { kind: 'last', length: { count: '6', unit: 'months' } },
      },
    });
    // Brackets that ask for more than one thing stay a text within.
    expect(conditionOf('did orders[store is "S1" and amount >= 5.00 CNY]')).toMatchObject({
      kind: 'times',
      facts: { where: 'store is "S1" and amount >= 5.00 CNY' },
    });
    expect(unquoted('"a \\"b\\" \\\\"')).toBe('a "b" \\');
  });

  it('stays a text where there are no fields for it', () => {
    for (const text of [
      'sequence (pages then orders within 3 days) in last 30 days',
      'did orders within 30 days after first orders',
      'share of amount [sku is "x"] among lines in last 180 days >= 60%',
      'everybody',
      'city',
      'orders[x',
    ])
      expect(conditionOf(text)).toEqual({ kind: 'text', text });
  });
});
