import { queryOptions } from '@tanstack/react-query';
import { api, apiUrl, uploadFile } from '@/shared/api/client';
import type { Audience } from './types';

const AGAIN_MS = 2_000;

/** The newest first; asked again while a tag is being set. */
export const audiencesQuery = queryOptions({
  queryKey: ['audiences'],
  queryFn: ({ signal }) => api.get<{ items: Audience[] }>('/audiences', undefined, signal),
  refetchInterval: ({ state }) => (state.data?.items.some(({ done_at }) => done_at === null) ? AGAIN_MS : false),
});

export interface AudienceForm {
  name: string;
  provider: string;
  purpose: string;
  tag: string;
}

/** Sends a file of hashes. */
export const sendAudience = (
  form: AudienceForm,
  file: Blob,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
) => uploadFile<Audience>('/audiences', { ...form }, file, onProgress, signal);

/** The address of a file with the hashes of a segment. */
export const hashesUrl = (segment: string, purpose: string, form: string) =>
  apiUrl(`/segments/${encodeURIComponent(segment)}/phone-hashes`, { purpose, form });
