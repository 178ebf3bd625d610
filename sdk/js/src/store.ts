// `localStorage` and `sessionStorage`, which may be forbidden, full, or emptied by somebody else at any time.

import type { Store } from './types';

/** What cannot be stored is kept in memory. Nothing is written to find out. */
export function openStore(open: () => Storage): Store {
  const memory = new Map<string, string>();
  let area: Storage | undefined;
  try {
    area = open();
  } catch {
    // Forbidden: by the browser's settings, or in a frame of another site.
  }
  return {
    get: (name) => memory.get(name) ?? area?.getItem(name) ?? null,
    set(name, value) {
      try {
        if (area) {
          area.setItem(name, value);
          memory.delete(name);
          return;
        }
      } catch {
        // Full.
      }
      memory.set(name, value);
    },
    remove(name) {
      memory.delete(name);
      area?.removeItem(name);
    },
    names: () => [...memory.keys(), ...(area ? Object.keys(area) : [])],
  };
}
