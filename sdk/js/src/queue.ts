// The messages that have not arrived for sure.
//
// Each is an entry of its own, named by its id: tabs add and remove without reading what others wrote, so that none
// overwrites another's. Names sort by time.

import type { Store } from './types';

/** Of all tabs together. A shop's visitor makes some fifty in a visit. */
const MESSAGES_MAX = 1_000;
/** Browsers give a site some five million. */
const CHARACTERS_MAX = 1_000_000;
/** What the server takes of one message. */
const MESSAGE_BYTES_MAX = 32 * 1_024;
/** Browsers send 64 KiB for a page that is gone; the envelope needs some of it. */
const BATCH_BYTES_MAX = 60_000;

export interface Queue {
  /** False where it is too large. */
  add(id: string, text: string): boolean;
  /** The oldest ones that fit into one request; only those that are `wanted`. */
  take(wanted: (id: string) => boolean): { ids: string[]; texts: string[] };
  remove(ids: string[]): void;
  ids(): string[];
  /** Counts what was lost. */
  drop(ids: string[]): void;
  dropped(): number;
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

export function openQueue(store: Store, prefix: string): Queue {
  const place = `${prefix}m.`;
  const counter = `${prefix}dropped`;
  const ids = () =>
    store
      .names()
      .filter((name) => name.startsWith(place))
      .map((name) => name.slice(place.length))
      .sort();
  const remove = (gone: string[]) => gone.forEach((id) => store.remove(place + id));
  const dropped = () => Number(store.get(counter)) || 0;
  const drop = (gone: string[]) => {
    remove(gone);
    store.set(counter, `${dropped() + gone.length}`);
  };
  return {
    ids,
    remove,
    drop,
    dropped,
    add(id, text) {
      if (bytesOf(text) > MESSAGE_BYTES_MAX) {
        drop([id]);
        return false;
      }
      const waiting = ids();
      const lengths = waiting.map((one) => (store.get(place + one) || '').length);
      let characters = lengths.reduce((sum, length) => sum + length, text.length);
      let gone = 0;
      while (waiting.length - gone >= MESSAGES_MAX || characters > CHARACTERS_MAX) characters -= lengths[gone++] || 0;
      if (gone) drop(waiting.slice(0, gone));
      store.set(place + id, text);
      return true;
    },
    take(wanted) {
      const taken = { ids: [] as string[], texts: [] as string[] };
      let bytes = 0;
      for (const id of ids()) {
        const text = wanted(id) && store.get(place + id);
        if (!text) continue;
        bytes += bytesOf(text) + 1;
        if (bytes > BATCH_BYTES_MAX) break;
        taken.ids.push(id);
        taken.texts.push(text);
      }
      return taken;
    },
  };
}
