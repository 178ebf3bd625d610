import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Period } from '@/codes/period';
import { api } from '@/shared/api/client';
import type { Page } from '@/shared/api/types';
import type {
  Counter,
  CounterSettings,
  FieldShares,
  Form,
  FormResults,
  FormSettings,
  FormSubmission,
  ListedForm,
} from './types';

const POLL_MS = 15_000;
/** The most that one answer has; there are at most 500 forms. */
const FORMS_PAGE = 200;
const SUBMISSIONS_PAGE = 50;

const pathOf = (id: string) => `/forms/${encodeURIComponent(id)}`;
const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` });

/** All of them, the oldest first. */
export const formsQuery = queryOptions({
  queryKey: ['forms', 'all'],
  queryFn: async ({ signal }) => {
    const forms: ListedForm[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<ListedForm> = await api.get<Page<ListedForm>>('/forms', { cursor, limit: FORMS_PAGE }, signal);
      forms.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return forms;
  },
});

export function formQuery(id: string) {
  return queryOptions({
    queryKey: ['forms', 'one', id],
    queryFn: ({ signal }) => api.get<Form>(pathOf(id), undefined, signal),
  });
}

/** What was filled in during that time, and who followed. */
export function resultsQuery(id: string, period: Period) {
  return queryOptions({
    queryKey: ['forms', 'results', id, period],
    queryFn: ({ signal }) => api.get<FormResults>(`${pathOf(id)}/results`, { ...period }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });
}

/** How often each choice was made. Read from all that was ever sent, so that it is not asked for again by itself. */
export function sharesQuery(id: string, period: Period) {
  return queryOptions({
    queryKey: ['forms', 'shares', id, period],
    queryFn: ({ signal }) => api.get<{ fields: FieldShares[] }>(`${pathOf(id)}/shares`, { ...period }, signal),
    placeholderData: keepPreviousData,
  });
}

export function submissionsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['forms', 'submissions', id],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<FormSubmission>>(
        `${pathOf(id)}/submissions`,
        { cursor: pageParam, limit: SUBMISSIONS_PAGE },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: POLL_MS,
  });
}

/** Of one form, the closed ones too. */
export function countersQuery(id: string) {
  return queryOptions({
    queryKey: ['forms', 'counters', id],
    queryFn: async ({ signal }) =>
      (await api.get<{ items: Counter[] }>(`${pathOf(id)}/counters`, undefined, signal)).items,
  });
}

/** The key stays the same while one form is tried again. */
export function createForm(settings: FormSettings, key: Record<string, string>) {
  return api.post<Form>('/forms', settings, key);
}

/** Adds a version, if nobody else has added one since `version`. */
export async function updateForm(id: string, version: number, settings: FormSettings): Promise<Form> {
  return (await api.put<Form>(pathOf(id), settings, ifMatch(version))).data;
}

export function setFormClosed(id: string, isClosed: boolean) {
  return api.post<Form>(`${pathOf(id)}/${isClosed ? 'archive' : 'restore'}`, {});
}

/** The key stays the same while one counter is tried again. */
export function createCounter(form: string, settings: CounterSettings, key: Record<string, string>) {
  return api.post<Counter>(`${pathOf(form)}/counters`, settings, key);
}

/** Changes, closes or opens a counter, if nobody else has changed it since `version`. */
export async function updateCounter(
  id: string,
  version: number,
  settings: CounterSettings,
  is_archived: boolean,
): Promise<Counter> {
  const path = `/form-counters/${encodeURIComponent(id)}`;
  return (await api.put<Counter>(path, { settings, is_archived }, ifMatch(version))).data;
}
