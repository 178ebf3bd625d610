import { useQueries, useQuery } from '@tanstack/react-query';
import { clerksQuery } from '@/clerks/api';
import { codeQuery } from '@/codes/api';

/** How a clerk is called; the id until the clerks are there. */
export function useClerkNames(): (id: string) => string {
  const clerks = useQuery(clerksQuery).data?.items;
  return (id) => clerks?.find((one) => one.id === id)?.name ?? id;
}

/** How channel codes are called: few of thousands are named at a time, so each is asked for. The id until it is there. */
export function useCodeNames(ids: (string | null)[]): (id: string) => string {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  const found = useQueries({ queries: wanted.map(codeQuery) });
  return (id) => found[wanted.indexOf(id)]?.data?.name ?? id;
}
