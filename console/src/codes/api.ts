import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, apiUrl, fetchStream } from '@/shared/api/client';
import type { Page } from '@/shared/api/types';
import type { Period } from './period';
import type { Code, CodeChange, CodeHour, CodeScan, CodesReport, NewCode } from './types';

const REPORT_POLL_MS = 15_000;
const SCANS_PAGE = 50;

const pathOf = (id: string) => `/codes/${encodeURIComponent(id)}`;

/** Every code, of one batch or of all, with what became of its scans in that time. The server answers with all at once. */
export function reportQuery(batch: string | null, period: Period) {
  return queryOptions({
    queryKey: ['codes', 'report', batch, period],
    queryFn: ({ signal }) => api.get<CodesReport>('/codes/report', { batch, ...period }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: REPORT_POLL_MS,
  });
}

export function codeQuery(id: string) {
  return queryOptions({
    queryKey: ['codes', 'one', id],
    queryFn: ({ signal }) => api.get<Code>(pathOf(id), undefined, signal),
  });
}

export function hoursQuery(id: string, period: Period) {
  return queryOptions({
    queryKey: ['codes', 'hours', id, period],
    queryFn: ({ signal }) => api.get<{ items: CodeHour[] }>(`${pathOf(id)}/hours`, { ...period }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: REPORT_POLL_MS,
  });
}

export function scansQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['codes', 'scans', id],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<CodeScan>>(`${pathOf(id)}/scans`, { cursor: pageParam, limit: SCANS_PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: REPORT_POLL_MS,
  });
}

/** The key stays the same while the same codes are tried again. */
export async function createCodes(codes: NewCode[], key: Record<string, string>): Promise<Code[]> {
  return (await api.post<{ items: Code[] }>('/codes', { codes }, key)).items;
}

/** Replaces name, target and cost, if nobody else has changed the code since `version`. */
export async function updateCode(id: string, version: number, change: CodeChange): Promise<Code> {
  return (await api.put<Code>(pathOf(id), change, { 'If-Match': `"${version}"` })).data;
}

export function pauseCode(id: string) {
  return api.post<Code>(`${pathOf(id)}/pause`, {});
}

export function resumeCode(id: string) {
  return api.post<Code>(`${pathOf(id)}/resume`, {});
}

/** Pixels of a module: a code of 41 modules with its frame is then some 11 cm wide at 300 dots an inch. */
const PNG_SCALE = 32;

export type Format = 'svg' | 'png';

function picturePath(id: string, format: Format, base: string): string {
  const query = new URLSearchParams({ format, base, ...(format === 'png' ? { scale: String(PNG_SCALE) } : {}) });
  return `${pathOf(id)}/picture?${query}`;
}

export function pictureUrl(id: string, base: string): string {
  return apiUrl(picturePath(id, 'svg', base));
}

const TYPES: Record<Format, string> = { svg: 'image/svg+xml', png: 'image/png' };

export function fetchPicture(id: string, format: Format, base: string): Promise<Blob> {
  return fetchFile(picturePath(id, format, base), TYPES[format]);
}

export function fetchSheet(batch: string, base: string): Promise<Blob> {
  return fetchFile(`/codes/sheet?${new URLSearchParams({ batch, base })}`, 'application/pdf');
}

/** Not by a plain link: that would save a refusal as if it were the file. */
async function fetchFile(path: string, type: string): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of await fetchStream(path, new AbortController().signal)) pieces.push(piece);
  return new Blob(pieces, { type });
}
