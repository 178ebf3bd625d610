import { queryOptions } from '@tanstack/react-query';
import { api, idempotencyKey } from '@/shared/api/client';
import type {
  Page,
  Source,
  SourceDetail,
  SourceItem,
  SourceLogEntry,
  SourceSettings,
  SourceWithKey,
} from '@/shared/api/types';
import { withNewer } from './debugger/log';

const LIST_POLL_MS = 5000;
const COUNTS_POLL_MS = 3000;
const LOG_POLL_MS = 2000;

const pathOf = (id: string) => `/sources/${encodeURIComponent(id)}`;

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: ({ signal }) => api.get<{ items: SourceItem[] }>('/sources', undefined, signal),
  refetchInterval: LIST_POLL_MS,
});

export function sourceQuery(id: string) {
  return queryOptions({
    queryKey: ['source', id],
    queryFn: ({ signal }) => api.get<SourceDetail>(pathOf(id), undefined, signal),
    refetchInterval: COUNTS_POLL_MS,
  });
}

/** The most that one answer has. */
const LOG_PAGE = 200;
/** The server keeps 200 entries of each of four outcomes; one page more for what comes meanwhile. */
const MOST_LOG_PAGES = 5;

/** Everything that the server keeps of a source, and then whatever comes, without asking for the rest again. */
export function sourceLogQuery(id: string) {
  const queryKey = ['source-log', id];
  return queryOptions({
    queryKey,
    queryFn: async ({ client, signal }) => {
      const known = client.getQueryData<SourceLogEntry[]>(queryKey) ?? [];
      return withNewer(known, await newerThan(id, known[0]?.id, signal));
    },
    refetchInterval: LOG_POLL_MS,
    // Entries never change, and rows are known again by them.
    structuralSharing: false,
  });
}

async function newerThan(id: string, after: number | undefined, signal: AbortSignal): Promise<SourceLogEntry[]> {
  const entries: SourceLogEntry[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_LOG_PAGES; page += 1) {
    const query = { after, cursor, limit: LOG_PAGE };
    const answer: Page<SourceLogEntry> = await api.get(`${pathOf(id)}/debugger`, query, signal);
    entries.push(...answer.items);
    cursor = answer.next_cursor;
    if (cursor === null) break;
  }
  return entries;
}

/** The key stays the same while one source is tried again, so that there is one source whatever gets lost. */
export function createSource(settings: Omit<SourceSettings, 'state'>, key: Record<string, string>) {
  return api.post<SourceWithKey>('/sources', settings, key);
}

/** Replaces all settings, if nobody else has changed them since `version`. */
export async function updateSource(id: string, version: number, settings: SourceSettings): Promise<Source> {
  return (await api.put<Source>(pathOf(id), settings, { 'If-Match': `"${version}"` })).data;
}

export function pauseSource(id: string) {
  return api.post<Source>(`${pathOf(id)}/pause`, {});
}

export function resumeSource(id: string) {
  return api.post<Source>(`${pathOf(id)}/resume`, {});
}

export function rotateWriteKey(id: string, earlierKeyValidSeconds: number) {
  const body = { earlier_key_valid_seconds: earlierKeyValidSeconds };
  return api.post<SourceWithKey>(`${pathOf(id)}/write-key`, body, idempotencyKey());
}
