// A list of people is kept by a tag: read page by page, and tagged so many at once. Pure: what reads and what tags is handed in.
// Callers may rely on this: whatever fails, going on from the last progress tells each portion under its first key, so that
// the server does nothing twice.

/** As the server has it, of one change of tags. */
export const PORTION_MAX = 500;
/** As the server has it, of one page. */
export const PAGE_MAX = 200;

export interface PageOfIds {
  ids: string[];
  next: string | null;
}

/** Those of a page of customers. */
export function idsOf({ items, next_cursor }: { items: { id: string }[]; next_cursor?: string | null }): PageOfIds {
  return { ids: items.map(({ id }) => id), next: next_cursor ?? null };
}

/** Reads a page of the list; null: the first one. */
export type ReadIds = (cursor: string | null) => Promise<PageOfIds>;

/** What an answer is kept under, as a header. */
export type Key = Record<string, string>;

export interface Tagged {
  changed: number;
  unchanged: number;
  not_found: number;
}

export interface Keeping {
  read: ReadIds;
  tag: (ids: string[], key: Key) => Promise<Tagged>;
  newKey: () => Key;
}

export interface Progress {
  /** The page that is read next; null: the first one; undefined: all have been read. */
  cursor: string | null | undefined;
  /** Read, and not told yet. */
  waiting: readonly string[];
  /** Told under this key, and not answered: it may have been done. */
  told: { ids: string[]; key: Key } | null;
  /** Who has the tag by now. */
  tagged: number;
  /** Who was in the list and is nobody any more: merged or erased meanwhile. */
  missing: number;
}

export const BEGINNING: Progress = { cursor: null, waiting: [], told: null, tagged: 0, missing: 0 };

export const isThrough = ({ cursor, waiting, told }: Progress) =>
  cursor === undefined && waiting.length === 0 && told === null;

/** The next thing to do. What is to be told is noted before it is told. */
async function step(at: Progress, { read, tag, newKey }: Keeping): Promise<Progress> {
  const { cursor, waiting, told } = at;
  if (told) {
    const { changed, unchanged, not_found } = await tag(told.ids, told.key);
    return { ...at, told: null, tagged: at.tagged + changed + unchanged, missing: at.missing + not_found };
  }
  if (cursor === undefined || waiting.length >= PORTION_MAX) {
    const ids = waiting.slice(0, PORTION_MAX);
    return { ...at, told: { ids, key: newKey() }, waiting: waiting.slice(PORTION_MAX) };
  }
  const { ids, next } = await read(cursor);
  return { ...at, waiting: [...waiting, ...ids], cursor: next ?? undefined };
}

/** Goes on from where it was, and says after each step how far it has come. Whoever stops asking stops it. */
export async function* keeping(from: Progress, by: Keeping): AsyncGenerator<Progress> {
  for (let at = from; !isThrough(at); ) {
    at = await step(at, by);
    yield at;
  }
}
