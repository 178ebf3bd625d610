import { fetchStream } from '@/shared/api/client';

export interface ExportProgress {
  records: number;
  bytes: number;
}

/** The file broke off: its last line does not say that it is whole. */
export class BrokenExport extends Error {}

const NEW_LINE = 10;

/**
 * Everything about a person, as it comes: a JSON object on each line, the last of them `end`. Nothing says beforehand how
 * much there is, so progress is what has come so far. Without the last line there is no file.
 */
export async function readPersonExport(
  id: string,
  onProgress: (progress: ExportProgress) => void,
  signal: AbortSignal,
): Promise<{ file: Blob; records: number }> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let records = 0;
  let bytes = 0;
  let lastLine: Uint8Array<ArrayBuffer>[] = [];
  try {
    for await (const chunk of await fetchStream(`/exports/customers/${encodeURIComponent(id)}`, signal)) {
      chunks.push(chunk);
      bytes += chunk.length;
      records += countOf(chunk);
      // The last line begins behind the last end of one that is not the end of all.
      const cut = chunk.lastIndexOf(NEW_LINE, chunk.length - 2);
      lastLine = cut < 0 ? [...afterEnd(lastLine), chunk] : [chunk.subarray(cut + 1)];
      onProgress({ records, bytes });
    }
  } catch (error) {
    if (chunks.length > 0 && !signal.aborted) throw new BrokenExport();
    throw error;
  }
  // The line that says that it is whole is no record.
  if (promisedBy(await new Blob(lastLine).text()) !== records - 1) throw new BrokenExport();
  return { file: new Blob(chunks, { type: 'application/x-ndjson' }), records: records - 1 };
}

function countOf(chunk: Uint8Array): number {
  let count = 0;
  for (const byte of chunk) if (byte === NEW_LINE) count += 1;
  return count;
}

/** What came before belongs to the last line, unless it ended with the end of one. */
function afterEnd(before: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer>[] {
  return before.at(-1)?.at(-1) === NEW_LINE ? [] : before;
}

/** How many records the last line says there are, of all kinds; null where it is another line. */
function promisedBy(line: string): number | null {
  try {
    const { record, records } = JSON.parse(line) as { record?: unknown; records?: Record<string, number> };
    return record === 'end' ? Object.values(records ?? {}).reduce((sum, count) => sum + count, 0) : null;
  } catch {
    return null;
  }
}
