/** What every text of a dictionary stands in, so that text that comes from elsewhere shows by itself. */
export const OPEN = '⟦';
export const CLOSE = '⟧';

/** Other languages are longer than English by so much, short words by more. */
const LONGER = 0.4;
const LEAST_LONGER = 4;
const FILL = ' lórem ípsum dólor sít';

const ACCENTS: Record<string, string> = {
  a: 'á',
  e: 'é',
  i: 'í',
  o: 'ó',
  u: 'ú',
  A: 'Á',
  E: 'É',
  I: 'Í',
  O: 'Ó',
  U: 'Ú',
};

function stretch(text: string): string {
  const letters = text.replace(/[\W\d_]/g, '').length;
  if (letters === 0) return text;
  const wanted = Math.max(LEAST_LONGER, Math.ceil(letters * LONGER));
  const fill = FILL.repeat(Math.ceil(wanted / FILL.length)).slice(0, wanted);
  return OPEN + text.replace(/[aeiou]/gi, (letter) => ACCENTS[letter] ?? letter) + fill + CLOSE;
}

function pseudoOf(value: unknown): unknown {
  if (typeof value === 'string') return stretch(value);
  if (typeof value === 'function') return (...values: unknown[]) => stretch(String(value(...values)));
  if (Array.isArray(value)) return value.map(pseudoOf);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, pseudoOf(one)]));
  return value;
}

/** A dictionary, or a part of one, with longer words, for tests of the screens. Not in the product build. */
export function pseudo<T>(messages: T): T {
  return pseudoOf(messages) as T;
}
