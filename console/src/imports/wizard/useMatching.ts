import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiError } from '@/shared/api/client';
import type { ImportKind, ImportOptions, ImportPreview, Mapping } from '@/shared/api/types';
import { previewQuery } from '../api';

export interface Choices {
  mapping: Mapping;
  options: Partial<ImportOptions>;
}

const NOTHING: Choices = { mapping: {}, options: {} };

/** The last choices that the server could work with, and what it made of them. */
interface Good {
  about: string;
  choices: Choices;
  preview: ImportPreview;
}

/**
 * The preview of some files and what this person chose about them. The last good answer stays in view whatever happens;
 * a choice that the server refuses is undone, so that there is always a way on.
 */
export function useMatching(kind: ImportKind, uploads: string[], enabled: boolean, begun: Choices = NOTHING) {
  const [choices, setChoices] = useState(begun);
  const [good, setGood] = useState<Good | null>(null);
  const [undone, setUndone] = useState<ApiError | null>(null);
  const { mapping, options } = choices;
  const query = useQuery({
    ...previewQuery({
      kind,
      uploads,
      ...(Object.keys(options).length > 0 ? { options } : {}),
      ...(Object.keys(mapping).length > 0 ? { mapping } : {}),
    }),
    enabled,
  });
  const about = [kind, ...uploads].join(' ');
  const last = good?.about === about ? good : null;

  const answer = query.data;
  useEffect(() => {
    if (answer) setGood({ about, choices, preview: answer });
  }, [answer, about, choices]);
  const { error } = query;
  useEffect(() => {
    const refused = error instanceof ApiError && error.status === 422;
    if (!refused || !last || last.choices === choices) return;
    setUndone(error);
    setChoices(last.choices);
  }, [error, last, choices]);

  const change = (next: Choices) => {
    setUndone(null);
    setChoices(next);
  };
  return {
    choices,
    preview: answer ?? last?.preview ?? null,
    /** The preview in view is of exactly these choices. */
    current: answer !== undefined,
    refreshing: query.isFetching,
    error: answer ? null : error,
    undone,
    retry: () => query.refetch(),
    map: (column: string, field: string) => change({ ...choices, mapping: { ...mapping, [column]: field } }),
    set: (part: Partial<ImportOptions>) => change({ ...choices, options: { ...options, ...part } }),
    /** What was said of single columns: another file has others. */
    forgetMapping: () => change({ mapping: {}, options: { ...options, decimal_marks: {} } }),
  };
}

export type Matching = ReturnType<typeof useMatching>;

/** What the server will use: its own findings, then what this person chose. */
export function mappingOf(preview: ImportPreview, chosen: Mapping): Mapping {
  return Object.fromEntries(
    preview.columns.map(({ name, field }) => [name, chosen[name] ?? preview.mapping[name] ?? field ?? 'ignore']),
  );
}

/** How the server read the files, then what this person chose. */
export function optionsOf(preview: ImportPreview, chosen: Partial<ImportOptions>): ImportOptions {
  const marks = { ...preview.options.decimal_marks, ...chosen.decimal_marks };
  return { ...preview.options, ...chosen, decimal_marks: marks };
}

/** Nobody said which currency the amounts are in, and a guess must not decide it for good. */
export function asksForCurrency(preview: ImportPreview, choices: Choices): boolean {
  return preview.currency_assumed && !choices.options.currency;
}
