import type { ImportRequest } from './api';

const KEY = 'perennial.import.';
/** The server keeps uploads for so long; after that, starting again needs the files. */
const KEPT_MS = 7 * 86_400_000;

interface Remembered {
  at: number;
  request: ImportRequest;
}

function read(key: string): Remembered | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as Remembered | null;
  } catch {
    return null;
  }
}

/**
 * What an import was started with in this browser, so that it can be started again. The server does not tell it back.
 * Names of columns and uploads only, never the content of a file.
 */
export function remember(id: string, request: ImportRequest, now = Date.now()) {
  try {
    for (const key of Object.keys(localStorage))
      if (key.startsWith(KEY) && now - (read(key)?.at ?? 0) > KEPT_MS) localStorage.removeItem(key);
    localStorage.setItem(KEY + id, JSON.stringify({ at: now, request } satisfies Remembered));
  } catch {
    // Without storage the page offers to choose the files again.
  }
}

export function startedWith(id: string, now = Date.now()): ImportRequest | null {
  const found = read(KEY + id);
  return found && now - found.at <= KEPT_MS ? found.request : null;
}
