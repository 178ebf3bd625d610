import { useState } from 'react';
import { added, clause, type Group, printed, treeOf } from './tree';

interface State {
  text: string;
  /** Null where the text does not come apart. */
  tree: Group | null;
}

/**
 * The tree of a text that is kept elsewhere. What is changed in the form is printed; a text that came from elsewhere (typed,
 * restored, theirs) is read anew.
 */
export function useTree(text: string, onChange: (text: string) => void) {
  const [state, setState] = useState<State>(() => ({ text, tree: treeOf(text) }));
  /** The condition that was added last: its first field gets the focus. */
  const [fresh, setFresh] = useState<string | null>(null);
  let now = state;
  if (state.text !== text) {
    now = { text, tree: treeOf(text) };
    setState(now);
  }
  const { tree } = now;
  const change = (next: Group) => {
    const after = printed(next).text;
    setState({ text: after, tree: next });
    if (after !== text) onChange(after);
  };
  const add = (what: string, to?: string) => {
    if (!tree) return;
    const node = clause(what);
    setFresh(node.id);
    change(added(tree, to ?? tree.id, node));
  };
  return { tree, change, add, fresh };
}

export type Tree = ReturnType<typeof useTree>;
