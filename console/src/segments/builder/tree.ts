import { tokensOf } from '../ruleText.ts';

// A rule as a tree of conditions: what the form shows and changes. The text stays what is kept, for it says all that a rule can
// say; here it is taken apart only as far as `and`, `or`, `not` and parentheses go, and each condition stays a text.
//
// Callers may rely on this: what is printed reads as the same tree again, and a text that does not come apart (a quote or a
// parenthesis that is open, a condition that is missing) gives null, so that nothing of it is lost by showing it as a form.

export interface Clause {
  kind: 'clause';
  id: string;
  text: string;
}

export interface Group {
  kind: 'all' | 'any';
  id: string;
  parts: Node[];
}

export interface Not {
  kind: 'not';
  id: string;
  part: Clause | Group;
}

export type Node = Clause | Group | Not;

let last = 0;
/** Of one opened page: nothing is kept by it. */
export function newId(): string {
  last += 1;
  return `node-${last}`;
}

export const clause = (text: string): Clause => ({ kind: 'clause', id: newId(), text });
export const group = (kind: Group['kind'], parts: Node[] = []): Group => ({ kind, id: newId(), parts });

class Unreadable extends Error {}

/** The tree of a text; the outermost is a group always. */
export function treeOf(text: string): Group | null {
  if (text.trim() === '') return group('all');
  const tokens = tokensOf(text);
  let at = 0;
  const skip = () => {
    while (at < tokens.length && tokens[at]?.trim() === '') at += 1;
  };
  const peek = () => {
    skip();
    return tokens[at];
  };

  const joined = (word: 'or' | 'and', kind: Group['kind'], part: () => Node): Node => {
    const parts = [part()];
    while (peek() === word) {
      at += 1;
      parts.push(part());
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : group(kind, parts);
  };
  const either = (): Node => joined('or', 'any', both);
  const both = (): Node => joined('and', 'all', one);
  const one = (): Node => {
    const token = peek();
    if (token === 'not') {
      at += 1;
      const part = one();
      // Twice not is what it was.
      return part.kind === 'not' ? part.part : { kind: 'not', id: newId(), part };
    }
    if (token !== '(') return condition();
    at += 1;
    const inner = either();
    if (peek() !== ')') throw new Unreadable();
    at += 1;
    // Parentheses around one condition say nothing; around several they are a group of their own.
    return inner;
  };
  const condition = (): Clause => {
    let depth = 0;
    let isRange = false;
    let written = '';
    for (; at < tokens.length; at += 1) {
      const token = tokens[at] ?? '';
      if (depth === 0 && (token === ')' || token === ']')) break;
      if (depth === 0 && (token === 'or' || (token === 'and' && !isRange))) break;
      if (token === '(' || token === '[') depth += 1;
      if (token === ')' || token === ']') depth -= 1;
      if (token.startsWith('"') && !/^"(?:\\.|[^"\\])*"$/s.test(token)) throw new Unreadable();
      if (token === 'between') isRange = true;
      else if (token === 'and') isRange = false;
      written += token.trim() === '' ? ' ' : token;
    }
    const text = written.trim();
    if (text === '' || depth > 0) throw new Unreadable();
    return clause(text);
  };

  try {
    const root = either();
    if (peek() !== undefined) return null;
    return root.kind === 'all' || root.kind === 'any' ? root : group('all', [root]);
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

/** A condition and where it stands in the printed text, in characters. */
export interface Leaf {
  id: string;
  from: number;
  to: number;
}

const isEmpty = (node: Node): boolean =>
  node.kind === 'clause'
    ? node.text.trim() === ''
    : node.kind === 'not'
      ? isEmpty(node.part)
      : node.parts.every(isEmpty);

/** The text of a tree, a condition on each line, and where each stands. A group without conditions is left out. */
export function printed(root: Group): { text: string; leaves: Leaf[] } {
  const leaves: Leaf[] = [];
  let text = '';
  let length = 0;
  const write = (part: string) => {
    text += part;
    length += [...part].length;
  };
  const writeNode = (node: Node, isInner: boolean) => {
    if (node.kind === 'clause') {
      const from = length;
      write(node.text.trim());
      leaves.push({ id: node.id, from, to: length });
      return;
    }
    if (node.kind === 'not') {
      write('not ');
      writeNode(node.part, true);
      return;
    }
    const parts = node.parts.filter((part) => !isEmpty(part));
    const isWrapped = isInner && parts.length > 1;
    if (isWrapped) write('(');
    for (const [place, part] of parts.entries()) {
      if (place > 0) write(`${isInner ? ' ' : '\n'}${node.kind === 'all' ? 'and' : 'or'} `);
      writeNode(part, true);
    }
    if (isWrapped) write(')');
  };
  writeNode(root, false);
  return { text, leaves };
}

/** A tree in which one node is another one, or none. */
export function replaced(root: Group, id: string, by: (node: Node) => Node | null): Group {
  const walk = (node: Node): Node | null => {
    if (node.id === id) return by(node);
    if (node.kind === 'clause') return node;
    if (node.kind === 'not') {
      const part = walk(node.part);
      if (part === null) return null;
      return part.kind === 'not' ? part.part : { ...node, part };
    }
    return { ...node, parts: node.parts.flatMap((part) => walk(part) ?? []) };
  };
  const next = walk(root);
  return next && (next.kind === 'all' || next.kind === 'any') ? next : group('all', next ? [next] : []);
}

/** With one more part at the end of a group. */
export function added(root: Group, to: string, part: Node): Group {
  return replaced(root, to, (node) =>
    node.kind === 'all' || node.kind === 'any' ? { ...node, parts: [...node.parts, part] } : node,
  );
}

/** What holds is asked not to hold, or the other way round. */
export function negated(root: Group, id: string): Group {
  return replaced(root, id, (node) => (node.kind === 'not' ? node.part : { kind: 'not', id: newId(), part: node }));
}
