import { useCallback, useEffect, useRef, useState } from 'react';
import type { Upload } from '@/shared/api/types';
import { upload } from '../api';

export interface UploadItem {
  key: number;
  name: string;
  sizeBytes: number;
  /** Gone after a reload; what was uploaded before is on the server. */
  file: File | null;
  bytesDone: number;
  state: 'uploading' | 'done' | 'failed';
  id: string | null;
  error: unknown;
}

const begun = { state: 'uploading', bytesDone: 0, id: null, error: null } as const;

function doneItem({ id, name, size_bytes: size }: Upload, index: number): UploadItem {
  return { key: index + 1, name, sizeBytes: size, file: null, bytesDone: size, state: 'done', id, error: null };
}

/** Files go to the server as soon as they are chosen, one after another, so that a slow line is used at once. */
export function useUploads(uploaded: Upload[] = []) {
  const [items, setItems] = useState(() => uploaded.map(doneItem));
  const aborts = useRef(new Map<number, AbortController>());
  const nextKey = useRef(items.length + 1);
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
        return { ...begun, key, name: file.name, sizeBytes: file.size, file };
      });
      setItems((all) => [...all, ...added]);
      for (const [index, file] of files.entries()) send(added[index]?.key ?? 0, file);
    },
    [send],
  );

  const remove = useCallback((key: number) => {
    aborts.current.get(key)?.abort();
    setItems((all) => all.filter((item) => item.key !== key));
  }, []);

  const retry = useCallback(
    (item: UploadItem) => {
      if (!item.file) return;
      change(item.key, begun);
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
