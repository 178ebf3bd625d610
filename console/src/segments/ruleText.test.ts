import { describe, expect, it } from 'vitest';
import { asMeant, inLines, marked, nameText, placeOf, selectionOf, tokensOf } from './ruleText';
import type { RuleProblem } from './types';

const problem = (from: number | null, to: number | null, message = 'wrong'): RuleProblem => ({
  pointer: null,
  from,
  to,
  message,
});

describe('a rule in lines', () => {
  it('has one for each condition that stands beside others', () => {
    expect(inLines('has tag vip and (age >= 18 or city is "a and b") or reachable')).toBe(
      'has tag vip\nand (age >= 18 or city is "a and b")\nor reachable',
    );
  });

  it('keeps what is no joint together, and is the same when it is done twice', () => {
    const text = 'age between 5 and 10 and did orders[store is "S1" and amount >= 1.00 CNY]';
    const lines = 'age between 5 and 10\nand did orders[store is "S1" and amount >= 1.00 CNY]';
    expect(inLines(text)).toBe(lines);
    expect(inLines(lines)).toBe(lines);
  });

  it('says the same in the same signs', () => {
    const text = 'sum amount of orders in last 90 days >= 500.00 CNY and not city is "成\\"都"';
    expect(tokensOf(text).join('')).toBe(text);
    expect(inLines(text).replaceAll('\n', ' ')).toBe(text);
  });
});

describe('marks', () => {
  it('stand at the characters that the server names, also behind those that are two units', () => {
    const text = '👍 is 成都 or x';
    expect(marked(text, [problem(5, 7)])).toEqual([
      { text: '👍 is ', problems: [] },
      { text: '成都', problems: [0] },
      { text: ' or x', problems: [] },
    ]);
    expect(selectionOf(text, problem(5, 7))).toEqual([6, 8]);
  });

  it('may lie within each other', () => {
    expect(marked('abcdef', [problem(0, 6), problem(2, 3)]).map(({ text, problems }) => [text, problems])).toEqual([
      ['ab', [0]],
      ['c', [0, 1]],
      ['def', [0]],
    ]);
  });

  it('are seen where something is missing, and never beyond the text', () => {
    expect(marked('a and', [problem(5, 5)])).toEqual([
      { text: 'a an', problems: [] },
      { text: 'd', problems: [0] },
    ]);
    expect(marked('a', [problem(7, 9)])).toEqual([{ text: 'a', problems: [0] }]);
    expect(marked('', [problem(0, 0)])).toEqual([]);
    expect(marked('as JSON', [problem(null, null)])).toEqual([{ text: 'as JSON', problems: [] }]);
  });

  it('have a line and a place in it', () => {
    expect(placeOf('a\n成都 b', 5)).toEqual({ line: 2, column: 4 });
    expect(placeOf('a', 0)).toEqual({ line: 1, column: 1 });
  });
});

describe('what is likely meant', () => {
  const message = 'there is no event `Order Complted`: did you mean `Order Completed`?';

  it('takes the place of what is not known, in quotes where it was in quotes', () => {
    const text = 'reachable and did event "Order Complted" in last 2 days';
    expect(asMeant(text, problem(14, 55, message))).toEqual({
      meant: 'Order Completed',
      text: 'reachable and did event "Order Completed" in last 2 days',
    });
  });

  it('gets quotes where it needs them', () => {
    const told = problem(0, 11, 'there is no tag `vip`: did you mean `v i p`?');
    expect(asMeant('has tag vip', told)?.text).toBe('has tag "v i p"');
  });

  it('is nothing where the server has no idea, or says it of something else', () => {
    expect(asMeant('has tag vip', problem(0, 11, 'there is no tag `vip`'))).toBeNull();
    expect(asMeant('has tag vip', problem(0, 11, message))).toBeNull();
    expect(asMeant('has tag vip', problem(null, null, message))).toBeNull();
  });
});

it('names stand in quotes where they would be something else without them', () => {
  expect(['vip', 'cart.size', '$rfm_r', '城市'].map(nameText)).toEqual(['vip', 'cart.size', '$rfm_r', '城市']);
  expect(['Order Completed', 'first', '7days', 'a"b'].map(nameText)).toEqual([
    '"Order Completed"',
    '"first"',
    '"7days"',
    '"a\\"b"',
  ]);
});
