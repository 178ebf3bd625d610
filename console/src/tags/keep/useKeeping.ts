import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { idempotencyKey } from '@/shared/api/client';
import { changeTagsOfMany, tagGroupsQuery } from '../api';
import { BEGINNING, isThrough, keeping, type ReadIds } from './keeping';

/** People behind a figure that no rule means. */
export interface PeopleList {
  /** Where it comes from, in words: they are the note of the tag. */
  origin: string;
  /** How many they are, where that is known before they are read. */
  count: number | null;
  read: ReadIds;
}

export interface KeptUnder {
  code: string;
  name: string;
  /** The same for all portions, and when one is tried again. */
  note: string;
}

type State = 'choosing' | 'running' | 'stopping' | 'stopped' | 'failed' | 'done';

/** Tags a list portion by portion, until it is through, somebody stops it or it fails; then it goes on from there. */
export function useKeeping({ read }: PeopleList) {
  const queryClient = useQueryClient();
  const [state, setState] = useState<State>('choosing');
  const [tag, setTag] = useState<KeptUnder | null>(null);
  const [progress, setProgress] = useState(BEGINNING);
  const [error, setError] = useState<unknown>(null);
  const last = useRef(BEGINNING);
  const isToStop = useRef(false);
  useEffect(
    () => () => {
      isToStop.current = true;
    },
    [],
  );
  const run = async ({ code, note }: KeptUnder) => {
    isToStop.current = false;
    setError(null);
    setState('running');
    const by = {
      read,
      tag: (ids: string[], key: Record<string, string>) =>
        changeTagsOfMany(ids, { set: [code], remove: [], surface: 'console', note }, key),
      newKey: idempotencyKey,
    };
    try {
      for await (const now of keeping(last.current, by)) {
        last.current = now;
        setProgress(now);
        // Not in the middle of a portion: what was told is answered first.
        if (isToStop.current) break;
      }
      setState(isThrough(last.current) ? 'done' : 'stopped');
    } catch (failure) {
      setError(failure);
      setState('failed');
    }
    for (const queryKey of [tagGroupsQuery.queryKey, ['customers'], ['customer'], ['segments', 'counts']])
      queryClient.invalidateQueries({ queryKey });
  };
  return {
    state,
    tag,
    progress,
    error,
    isRunning: state === 'running' || state === 'stopping',
    start: (under: KeptUnder) => {
      setTag(under);
      run(under);
    },
    goOn: () => {
      if (tag) run(tag);
    },
    stop: () => {
      isToStop.current = true;
      setState('stopping');
    },
  };
}
