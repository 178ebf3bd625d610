import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { JourneyPage } from '@/journey/types';
import type { Explained, RulePart, Segment } from '@/segments/types';
import { api } from '@/shared/api/client';
import type { FromServer } from '@/shared/api/sent';
import type { Page } from '@/shared/api/types';
import type { CustomerScores, LayerItem } from '../types';

/** Of a rule that asks for many segments at once: rules have at most 500 parts. */
const SEGMENTS_PER_RULE = 200;
const FACTS = 200;
const SEGMENTS = 200;
const NAMES_AGE_MS = 60_000;

const pathOf = (id: string, of: string) => `/customers/${encodeURIComponent(id)}/${of}`;

/** Which of these stages somebody is in now: the server answers part by part. */
async function stagesThatHold(customer: string, codes: string[], signal: AbortSignal): Promise<string[]> {
  const text = codes.map((code) => `in segment ${code}`).join(' or ');
  const { tree } = await api.post<Explained>('/rules/explain', { text, customer }, undefined, signal);
  const parts: RulePart[] = codes.length === 1 ? [tree] : tree.parts;
  return codes.filter((_, place) => parts[place]?.holds);
}

/** The codes of all stages that a customer is in now, of these layers. */
export function stagesOfQuery(id: string, layers: LayerItem[]) {
  const codes = layers.flatMap(({ stages }) => stages.map(({ code }) => code));
  return queryOptions({
    queryKey: ['customer', id, 'stages', codes],
    queryFn: async ({ signal }) => {
      const asked = [];
      for (let from = 0; from < codes.length; from += SEGMENTS_PER_RULE)
        asked.push(stagesThatHold(id, codes.slice(from, from + SEGMENTS_PER_RULE), signal));
      return (await Promise.all(asked)).flat();
    },
  });
}

export type CustomerMove = FromServer<'CustomerSegmentMove'>;

/** What a customer came into and left, the newest first, all in one answer. */
export function customerMovesQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'segment-moves'],
    queryFn: ({ signal }) =>
      api.get<FromServer<'CustomerSegmentMoves'>>(pathOf(id, 'segment-moves'), undefined, signal),
  });
}

/** What all segments are called, archived ones too, by code. */
export const segmentNamesQuery = queryOptions({
  queryKey: ['segments', 'names'],
  queryFn: async ({ signal }) => {
    const names = new Map<string, string>();
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: Page<Segment> = await api.get<Page<Segment>>('/segments', { cursor, limit: SEGMENTS }, signal);
      for (const { code, name } of page.items) names.set(code, name);
      cursor = page.next_cursor;
    }
    return names;
  },
  staleTime: NAMES_AGE_MS,
});

export function scoresQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'scores'],
    queryFn: ({ signal }) => api.get<CustomerScores>(pathOf(id, 'scores'), undefined, signal),
  });
}

/** All facts, the newest first: evidence names them by their keys. */
export function factsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['customer', id, 'facts'],
    queryFn: ({ pageParam, signal }) =>
      api.get<JourneyPage>(pathOf(id, 'journey'), { cursor: pageParam, limit: FACTS }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}
