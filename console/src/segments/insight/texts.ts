import { nameText, quoted } from '../ruleText';
import type { Trait } from './types';

// Rules that are made of what is shown: a segment with one of its tags or values, or a part of an overlap.

type Named = Pick<Trait, 'kind' | 'of' | 'code'>;

export const segmentText = (code: string) => `in segment ${nameText(code)}`;

/** Whoever has this tag, or this value: values are texts. */
export function rowText({ kind, of, code }: Named): string {
  if (kind === 'tag') return `has tag ${nameText(code)}`;
  return `${nameText(of)} is ${quoted(code)}`;
}

/** Those of a rule of whom this row speaks too. A rule of alternatives keeps its parentheses. */
export function narrowedText(whom: { text: string } | { segment: string }, row: Named): string {
  const rule = 'segment' in whom ? segmentText(whom.segment) : `(${whom.text})`;
  return `${rule} and ${rowText(row)}`;
}

/** Who is in exactly these of the segments. */
export function regionText(inside: string[], all: string[]): string {
  return all.map((code) => `${inside.includes(code) ? '' : 'not '}${segmentText(code)}`).join(' and ');
}
