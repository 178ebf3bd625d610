/**
 * What somebody has begun and not saved. It stays in this tab, for this person, until it is saved or discarded; so a
 * reload, an expired session or a wrong click takes nothing away. Neither passwords nor data of people go in here.
 */
export interface Draft<T> {
  at: string;
  value: T;
}

/** Counted up when a form changes its shape: what an older console has kept is then left alone. */
const SHAPE = 2;

export function draftKey(person: string, form: string): string {
  return `perennial.draft.${SHAPE}.${person}.${form}`;
}

export function findDraft<T>(key: string): Draft<T> | null {
  try {
    const stored = sessionStorage.getItem(key);
    return stored === null ? null : (JSON.parse(stored) as Draft<T>);
  } catch {
    return null;
  }
}

/** `text` is the value as JSON. */
export function keepDraft(key: string, text: string, at: Date) {
  try {
    sessionStorage.setItem(key, `{"at":${JSON.stringify(at.toISOString())},"value":${text}}`);
  } catch {
    // Without storage there are no drafts; the warning before leaving remains.
  }
}

export function dropDraft(key: string) {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // as above
  }
}
