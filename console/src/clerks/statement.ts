import type { StatementLine } from './types';

export interface Line extends StatementLine {
  /** When what this line takes back was earned; null where it takes nothing back, or that lies in other days. */
  earnedAt: string | null;
  /** When it was taken back, within these days. */
  takenBackAt: string | null;
}

/** The lines, the newest first, each with the one that it takes back or that takes it back. */
export function linesOf(lines: StatementLine[]): Line[] {
  const byId = new Map(lines.map((line) => [line.id, line]));
  const takenBack = new Map(lines.flatMap((line) => (line.reverses === null ? [] : [[line.reverses, line.at]])));
  return lines
    .map((line) => ({
      ...line,
      earnedAt: line.reverses === null ? null : (byId.get(line.reverses)?.at ?? null),
      takenBackAt: takenBack.get(line.id) ?? null,
    }))
    .reverse();
}
