import { tokensOf } from './ruleText';

export interface Change {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Comparing takes as many steps as one text has words times the other: beyond this, what lies between is one change. */
const STEPS_MAX = 4_000_000;

/** How many equal ones stand at the beginning. */
function commonStart(one: string[], other: string[]): number {
  let count = 0;
  while (count < one.length && count < other.length && one[count] === other[count]) count += 1;
  return count;
}

/** The length of the longest common sequence of what lies behind each place, row by row. */
function lengths(before: string[], after: string[]): Uint16Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const [row, below] = [rows[i] as Uint16Array, rows[i + 1] as Uint16Array];
      row[j] = before[i] === after[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  return rows;
}

function* changed(before: string[], after: string[]): Generator<Change> {
  if (before.length * after.length > STEPS_MAX) {
    yield { kind: 'removed', text: before.join('') };
    yield { kind: 'added', text: after.join('') };
    return;
  }
  const rows = lengths(before, after);
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && before[i] === after[j]) {
      yield { kind: 'same', text: before[i] ?? '' };
      i += 1;
      j += 1;
    } else if (i < before.length && (j === after.length || (rows[i + 1]?.[j] ?? 0) >= (rows[i]?.[j + 1] ?? 0))) {
      yield { kind: 'removed', text: before[i] ?? '' };
      i += 1;
    } else {
      yield { kind: 'added', text: after[j] ?? '' };
      j += 1;
    }
  }
}

/** Neighbours of one kind are one, and blanks between two removals or additions go with them: words stay together. */
function joined(changes: Iterable<Change>): Change[] {
  const out: Change[] = [];
  for (const change of changes) {
    const last = out.at(-1);
    if (last?.kind === change.kind) last.text += change.text;
    else if (change.text !== '') out.push({ ...change });
  }
  return out;
}

/** What was taken from a text and what was put into it, word by word. Without what was added it is the one, without what was removed the other. */
export function differenceOf(before: string, after: string): Change[] {
  const [old, now] = [tokensOf(before), tokensOf(after)];
  const start = commonStart(old, now);
  const end = commonStart(old.slice(start).reverse(), now.slice(start).reverse());
  const same = (tokens: string[]): Change => ({ kind: 'same', text: tokens.join('') });
  return joined([
    same(old.slice(0, start)),
    ...changed(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    same(old.slice(old.length - end)),
  ]);
}
