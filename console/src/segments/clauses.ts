import { type Node, treeOf } from './builder/tree';

export interface ClauseChange {
  kind: 'removed' | 'added' | 'kept';
  text: string;
}

/** The conditions of a rule, each with the `not` before it; null where the text does not come apart. */
function clausesOf(text: string): string[] | null {
  const leaves = (node: Node): string[] => {
    if (node.kind === 'clause') return [node.text];
    if (node.kind === 'not' && node.part.kind === 'clause') return [`not ${node.part.text}`];
    return node.kind === 'not' ? leaves(node.part) : node.parts.flatMap(leaves);
  };
  const root = treeOf(text);
  return root && leaves(root);
}

/**
 * Which conditions a change took from a rule, which it put into it and which it left; the order says nothing. Null where one of
 * the two does not come apart.
 */
export function clauseChanges(before: string, after: string): ClauseChange[] | null {
  const [old, now] = [clausesOf(before), clausesOf(after)];
  if (!old || !now) return null;
  const left = [...now];
  const gone: string[] = [];
  const kept: string[] = [];
  for (const text of old) {
    const at = left.indexOf(text);
    if (at < 0) gone.push(text);
    else kept.push(...left.splice(at, 1));
  }
  const as = (kind: ClauseChange['kind']) => (text: string) => ({ kind, text });
  return [...gone.map(as('removed')), ...left.map(as('added')), ...kept.map(as('kept'))];
}
