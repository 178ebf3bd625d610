import { useCallback, useEffect, useState } from 'react';
import { useMe } from '@/access/me';
import type { Instant } from '@/shared/api/types';
import { type Draft, draftKey, dropDraft, findDraft, keepDraft } from './store';

/** What was left of this form when it opens. Null: nothing was. */
export function useFoundDraft<T>(form: string): Draft<T> | null {
  const key = draftKey(useMe().id, form);
  const [found] = useState(() => findDraft<T>(key));
  return found;
}

interface Kept {
  /** Since when the form shows what was left in it; null once nothing of that is left. */
  restoredAt: Instant | null;
  /** To be called when it is saved or discarded. */
  drop: () => void;
}

/** Keeps `value` as it changes; null means that there is nothing to keep. */
export function useKeptDraft(form: string, value: object | null, found: Draft<unknown> | null): Kept {
  const key = draftKey(useMe().id, form);
  const text = value === null ? null : JSON.stringify(value);
  useEffect(() => {
    if (text === null) dropDraft(key);
    else if (JSON.stringify(findDraft(key)?.value) !== text) keepDraft(key, text, new Date());
  }, [key, text]);
  const [restoredAt, setRestoredAt] = useState(found?.at ?? null);
  if (text === null && restoredAt !== null) setRestoredAt(null);
  const drop = useCallback(() => dropDraft(key), [key]);
  return { restoredAt, drop };
}
