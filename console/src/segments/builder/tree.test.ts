import { describe, expect, it } from 'vitest';
import { added, clause, type Group, group, type Node, negated, printed, replaced, treeOf } from './tree';

function shape(node: Node | null): unknown {
  if (node === null) return null;
  if (node.kind === 'clause') return node.text;
  if (node.kind === 'not') return { not: shape(node.part) };
  return { [node.kind]: node.parts.map(shape) };
}
const read = (text: string) => shape(treeOf(text));
const print = (root: Group) => printed(root).text;

describe('a rule as a tree', () => {
  it('comes apart at and, or, not and parentheses only', () => {
    expect(read('a exists and (b is "x or y" or not reachable) and count of orders[x is 1 or y is 2] >= 2')).toEqual({
      all: ['a exists', { any: ['b is "x or y"', { not: 'reachable' }] }, 'count of orders[x is 1 or y is 2] >= 2'],
    });
    expect(read('age between 5 and 10 and city is one of ("a", "b")')).toEqual({
      all: ['age between 5 and 10', 'city is one of ("a", "b")'],
    });
    expect(read('a exists or b exists and c exists')).toEqual({
      any: ['a exists', { all: ['b exists', 'c exists'] }],
    });
    expect(read('sequence (pages then orders within 3 days) in last 30 days')).toEqual({
      all: ['sequence (pages then orders within 3 days) in last 30 days'],
    });
    expect(read('not (a exists and b exists)')).toEqual({ all: [{ not: { all: ['a exists', 'b exists'] } }] });
    expect(read('not not reachable')).toEqual({ all: ['reachable'] });
    expect(read('  ')).toEqual({ all: [] });
  });

  it('is none where a text does not come apart', () => {
    for (const text of [
      'a exists and',
      'and a exists',
      '(a exists',
      'a exists)',
      'city is "x',
      'not',
      'orders[x is 1',
      '()',
    ])
      expect(read(text), text).toBe(null);
  });

  it('reads as the same again when it is printed', () => {
    for (const text of [
      'a exists\nand (b exists or not c exists)\nand not (d exists and e exists)',
      'a exists\nor (b exists and c exists)',
      'city is "成都"',
    ]) {
      const tree = treeOf(text) as Group;
      expect(print(tree)).toBe(text);
      expect(read(print(tree))).toEqual(shape(tree));
    }
  });

  it('says where each condition stands, in characters', () => {
    const { text, leaves } = printed(treeOf('city is "😀"\nand not reachable') as Group);
    const letters = [...text];
    expect(leaves.map(({ from, to }) => letters.slice(from, to).join(''))).toEqual(['city is "😀"', 'reachable']);
  });

  it('is changed node by node', () => {
    const tree = treeOf('a exists\nand b exists') as Group;
    const [one, other] = tree.parts as [Node, Node];
    expect(print(negated(tree, one.id))).toBe('not a exists\nand b exists');
    expect(print(negated(negated(tree, one.id), (negated(tree, one.id).parts[0] as Node).id))).toMatch(
      /^(not )?a exists/,
    );
    expect(print(replaced(tree, other.id, () => null))).toBe('a exists');
    const inner = group('any');
    const grown = added(tree, tree.id, inner);
    expect(print(grown)).toBe('a exists\nand b exists');
    expect(print(added(added(grown, inner.id, clause('c exists')), inner.id, clause('d exists')))).toBe(
      'a exists\nand b exists\nand (c exists or d exists)',
    );
  });
});
