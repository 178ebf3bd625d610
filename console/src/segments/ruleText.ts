import type { RuleProblem } from './types';

// Rules as texts: how they are broken into lines, where something is wrong with them, and what differs between two.

/** A word, a quoted text, a run of blanks, or a sign: together they are the text again. */
const TOKEN = /"(?:\\.|[^"\\])*"?|[\p{L}\p{N}_$.-]+|\s+|[<>]=|[^\p{L}\p{N}\s]/gu;

export function tokensOf(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/**
 * A line for each condition that stands beside others: `and` and `or` outside parentheses begin one. The server prints a rule
 * as one line, and reads any.
 */
export function inLines(text: string): string {
  let depth = 0;
  let isRange = false;
  let out = '';
  for (const token of tokensOf(text)) {
    if (token === '(' || token === '[') depth += 1;
    if (token === ')' || token === ']') depth -= 1;
    const joins = token === 'and' || token === 'or';
    if (joins && depth === 0 && !isRange) out = `${out.trimEnd()}\n`;
    // The `and` of `between 5 and 10` joins nothing.
    if (token === 'between') isRange = true;
    else if (token === 'and') isRange = false;
    out += token;
  }
  return out;
}

/** A part of a text, and the problems that are about it, by their place in the list. */
export interface Piece {
  text: string;
  problems: number[];
}

/** Where a problem stands in a text of UTF-16: the server counts characters. At least one character is marked. */
function spanOf(letters: string[], { from, to }: RuleProblem): [number, number] | null {
  if (from === null || to === null) return null;
  const last = letters.length;
  const start = Math.min(from, last);
  const end = Math.min(Math.max(to, start), last);
  if (end > start) return [start, end];
  return start < last ? [start, start + 1] : [Math.max(0, last - 1), last];
}

/** The text in pieces, those with problems marked. Joined they are the text again. */
export function marked(text: string, problems: RuleProblem[]): Piece[] {
  const letters = [...text];
  const spans = problems.map((problem) => spanOf(letters, problem));
  const edges = spans.flatMap((span) => span ?? []);
  const cuts = [...new Set([0, ...edges, letters.length])].sort((one, other) => one - other);
  return cuts.slice(0, -1).map((start, place) => {
    const end = cuts[place + 1] ?? letters.length;
    const within = spans.flatMap((span, index) => (span && span[0] <= start && end <= span[1] ? [index] : []));
    return { text: letters.slice(start, end).join(''), problems: within };
  });
}

/** Line and place in it, counted from one. */
export function placeOf(text: string, from: number): { line: number; column: number } {
  const before = [...text].slice(0, from).join('').split('\n');
  return { line: before.length, column: [...(before.at(-1) ?? '')].length + 1 };
}

/** Where in the field a problem begins and ends. */
export function selectionOf(text: string, problem: RuleProblem): [number, number] | null {
  const letters = [...text];
  const span = spanOf(letters, problem);
  if (!span) return null;
  return [letters.slice(0, span[0]).join('').length, letters.slice(0, span[1]).join('').length];
}

const PLAIN = /^[\p{Alphabetic}$_][\p{Alphabetic}\p{N}_.-]*$/u;
/** A name that is one of these stands in quotes: `crates/domain/src/rules/text/words.rs`. */
const WORDS = new Set(
  (
    'after all among and anniversary any anything average before between bottom by consent contains count denied did ' +
    'distinct event ever every everybody exists false field first from full granted group has identifier in is last line ' +
    'lines max min never next nobody none not of one or orders pages reachable refunds revoked screens segment sequence ' +
    'share starts sum tag then this top true to until with within without'
  ).split(' '),
);

export function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** A name as a rule writes it. */
export function nameText(name: string): string {
  return PLAIN.test(name) && !WORDS.has(name) ? name : quoted(name);
}

const MEANT = /`([^`]+)`.*did you mean `([^`]+)`\?$/s;

/** The text with what is likely meant in place of what is not known; null where the server has no idea. */
export function asMeant(text: string, problem: RuleProblem): { meant: string; text: string } | null {
  const [, was, meant] = MEANT.exec(problem.message) ?? [];
  const selection = selectionOf(text, problem);
  if (!was || !meant || !selection) return null;
  const [start, end] = selection;
  const part = text.slice(start, end);
  const isWritten = [quoted(was), was].find((written) => part.includes(written));
  if (isWritten === undefined) return null;
  const instead = isWritten === was ? nameText(meant) : quoted(meant);
  return { meant, text: text.slice(0, start) + part.replace(isWritten, () => instead) + text.slice(end) };
}
