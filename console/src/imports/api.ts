import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, apiUrl, uploadFile } from '@/shared/api/client';
import type { ImportKind, ImportOptions, ImportPreview, ImportRecord, Mapping, Page, Upload } from '@/shared/api/types';

const POLL_MS = 1000;
const LIST_POLL_MS = 4000;

export function isUnfinished(record: ImportRecord): boolean {
  return record.state === 'queued' || record.state === 'reading' || record.state === 'applying';
}

export const importsQuery = infiniteQueryOptions({
  queryKey: ['imports'],
  queryFn: ({ pageParam, signal }) => api.get<Page<ImportRecord>>('/imports', { cursor: pageParam, limit: 50 }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next_cursor,
  refetchInterval: (query) =>
    query.state.data?.pages.some((page) => page.items.some(isUnfinished)) ? LIST_POLL_MS : false,
});

export function importQuery(id: string) {
  return queryOptions({
    queryKey: ['import', id],
    queryFn: ({ signal }) => api.get<ImportRecord>(`/imports/${encodeURIComponent(id)}`, undefined, signal),
    refetchInterval: (query) => (query.state.data && isUnfinished(query.state.data) ? POLL_MS : false),
  });
}

export interface PreviewRequest {
  kind: ImportKind;
  uploads: string[];
  options?: Partial<ImportOptions>;
  mapping?: Mapping;
}

export function previewQuery(request: PreviewRequest) {
  return queryOptions({
    queryKey: ['import-preview', request],
    queryFn: ({ signal }) => api.post<ImportPreview>('/imports/preview', request, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** Everything that an import is started with. */
export interface ImportRequest {
  kind: ImportKind;
  uploads: string[];
  mapping: Mapping;
  options: ImportOptions;
  /** Reads all files and writes nothing. */
  dry_run: boolean;
}

/** The key stays the same while one start is tried again, so that there is one import whatever gets lost. */
export function startImport(request: ImportRequest, key: Record<string, string>): Promise<ImportRecord> {
  return api.post<ImportRecord>('/imports', request, key);
}

export function cancelImport(id: string): Promise<ImportRecord> {
  return api.post<ImportRecord>(`/imports/${encodeURIComponent(id)}/cancel`, {});
}

export function upload(file: File, onProgress: (bytesDone: number) => void, signal: AbortSignal): Promise<Upload> {
  return uploadFile<Upload>('/uploads', { name: file.name }, file, onProgress, signal);
}

export function rejectedUrl(id: string): string {
  return apiUrl(`/imports/${encodeURIComponent(id)}/rejected`);
}
