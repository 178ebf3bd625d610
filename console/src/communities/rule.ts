import type { JoinState } from './types';

/** A rule with more is no address any more. */
const GROUPS_MAX = 20;

const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** The rule of those who joined one of these groups, or are in one; null where no rule says it. What it goes by is facts. */
export function ruleOf(codes: string[], state: string): string | null {
  if (codes.length === 0 || codes.length > GROUPS_MAX || (state !== 'joined' && state !== 'in')) return null;
  const [first = '', ...others] = codes.map(quoted);
  const named = others.length === 0 ? `is ${first}` : `is one of (${[first, ...others].join(', ')})`;
  const group = `["group" ${named}]`;
  const joined = `event "Community Joined"${group}`;
  const ended: Record<'joined' | 'in', string> = {
    joined: 'event "Community Join Undone"',
    in: 'event "Community Left" + event "Community Join Undone"',
  };
  return `did ${joined} and never ${ended[state satisfies JoinState]}${group} after last ${joined}`;
}
