import { useEffect, useRef, useState } from 'react';
import { downloadBlob } from '@/shared/ui/download';
import { BrokenExport, type ExportProgress, readPersonExport } from './personExport';

export type ExportState =
  | { kind: 'idle' }
  | ({ kind: 'running' } & ExportProgress)
  | { kind: 'done'; records: number; fileName: string }
  | { kind: 'broken' }
  | { kind: 'failed'; error: unknown };

/** One export at a time; leaving the page ends it. It is saved only when it is whole. */
export function usePersonExport(id: string) {
  const [state, setState] = useState<ExportState>({ kind: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = async () => {
    const controller = new AbortController();
    running.current?.abort();
    running.current = controller;
    setState({ kind: 'running', records: 0, bytes: 0 });
    const show = (next: ExportState) => {
      if (running.current === controller) setState(next);
    };
    try {
      const onProgress = (progress: ExportProgress) => show({ kind: 'running', ...progress });
      const { file, records } = await readPersonExport(id, onProgress, controller.signal);
      const fileName = `${id}.jsonl`;
      downloadBlob(fileName, file);
      show({ kind: 'done', records, fileName });
    } catch (error) {
      if (controller.signal.aborted) show({ kind: 'idle' });
      else show(error instanceof BrokenExport ? { kind: 'broken' } : { kind: 'failed', error });
    }
  };
  return { state, start, cancel: () => running.current?.abort() };
}
