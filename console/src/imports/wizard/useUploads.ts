import { useCallback, useEffect, useRef, useState } from 'react';
import { upload } from '../api';

export interface UploadItem {
  key: number;
  file: File;
  bytesDone: number;
  state: 'uploading' | 'done' | 'failed';
  id: string | null;
  error: unknown;
}

/** Files go to the server as soon as they are chosen, one after another, so that a slow line is used at once. */
export function useUploads() {
  const [items, setItems] = useState<UploadItem[]>([]);
  const aborts = useRef(new Map<number, AbortController>());
  const nextKey = useRef(1);
  const queue = useRef(Promise.resolve());

  const change = useCallback((key: number, part: Partial<UploadItem>) => {
    setItems((all) => all.map((item) => (item.key === key ? { ...item, ...part } : item)));
  }, []);

  const send = useCallback(
    (key: number, file: File) => {
      const abort = new AbortController();
      aborts.current.set(key, abort);
      queue.current = queue.current.then(async () => {
        if (abort.signal.aborted) return;
        try {
          const done = await upload(file, (bytesDone) => change(key, { bytesDone }), abort.signal);
          change(key, { state: 'done', id: done.id, bytesDone: file.size });
        } catch (error) {
          if (!abort.signal.aborted) change(key, { state: 'failed', error });
        }
      });
    },
    [change],
  );

  const add = useCallback(
    (files: File[]) => {
      const added = files.map((file): UploadItem => {
        const key = nextKey.current;
        nextKey.current += 1;
        return { key, file, bytesDone: 0, state: 'uploading', id: null, error: null };
      });
      setItems((all) => [...all, ...added]);
      for (const item of added) send(item.key, item.file);
    },
    [send],
  );

  const remove = useCallback((key: number) => {
    aborts.current.get(key)?.abort();
    setItems((all) => all.filter((item) => item.key !== key));
  }, []);

  const retry = useCallback(
    (item: UploadItem) => {
      change(item.key, { state: 'uploading', bytesDone: 0, error: null });
      send(item.key, item.file);
    },
    [change, send],
  );

  useEffect(() => {
    const all = aborts.current;
    return () => {
      for (const abort of all.values()) abort.abort();
    };
  }, []);
  return { items, add, remove, retry };
}
