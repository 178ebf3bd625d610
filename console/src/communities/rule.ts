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
  const undone = 'event "Community Join Undone"';
  const ended = state === 'in' ? `event "Community Left" + ${undone}` : undone;
  return `did ${joined} and never ${ended}${group} after last ${joined}`;
}
