import { afterEach, expect, it, vi } from 'vitest';
import { ApiError } from '@/shared/api/client';
import { BrokenExport, type ExportProgress, readPersonExport } from './personExport';

afterEach(() => vi.unstubAllGlobals());

/** A server that sends these pieces, and then ends or breaks off. */
function serve(pieces: string[], breaks = false) {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      if (breaks) controller.error(new TypeError('network'));
      else controller.close();
    },
  });
  vi.stubGlobal('fetch', async () => new Response(body, { status: 200 }));
}

const read = (seen: ExportProgress[] = []) =>
  readPersonExport('cus_1', (progress) => seen.push(progress), new AbortController().signal);

it('counts records as they come, wherever the pieces are cut', async () => {
  const seen: ExportProgress[] = [];
  serve(['{"record":"person"}\n{"rec', 'ord":"order"}\n', '{"record":"e', 'nd","records":{"person":1,"order":1}}\n']);
  const { file, records } = await read(seen);
  expect(records).toBe(2);
  expect(await file.text()).toBe(
    '{"record":"person"}\n{"record":"order"}\n{"record":"end","records":{"person":1,"order":1}}\n',
  );
  expect(seen.map((one) => one.records)).toEqual([1, 2, 2, 3]);
  expect(seen.at(-1)?.bytes).toBe(file.size);
});

it('a file without its last line is none', async () => {
  serve(['{"record":"person"}\n', '{"record":"order"}\n']);
  await expect(read()).rejects.toThrow(BrokenExport);
  serve(['{"record":"person"}\n{"record":"en']);
  await expect(read()).rejects.toThrow(BrokenExport);
  serve(['{"record":"person"}\n{"record":"end","records":{"person":1,"order":1}}\n']);
  await expect(read()).rejects.toThrow(BrokenExport);
  serve(['']);
  await expect(read()).rejects.toThrow(BrokenExport);
});

it('one that the server refuses says why', async () => {
  vi.stubGlobal('fetch', async () => new Response('{"code":"not_found"}', { status: 404 }));
  await expect(read()).rejects.toThrow(ApiError);
});
