import type { ImportRequest } from './api';

const KEY = 'perennial.import.';

/**
 * What an import of this tab was started with, so that it can be started again. The server does not tell it back.
 * Names of columns and uploads only, never the content of a file.
 */
export function remember(id: string, request: ImportRequest) {
  try {
    sessionStorage.setItem(KEY + id, JSON.stringify(request));
  } catch {
    // Without storage the page offers to choose the files again.
  }
}

export function startedWith(id: string): ImportRequest | null {
  try {
    const stored = sessionStorage.getItem(KEY + id);
    return stored === null ? null : (JSON.parse(stored) as ImportRequest);
  } catch {
    return null;
  }
}
