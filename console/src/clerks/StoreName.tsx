import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { placesQuery } from '@/stores/api';

/** How a store is called; its id until the tree is there. */
export function useStoreNames(): (id: string) => string {
  const places = useQuery(placesQuery).data?.items;
  const names = useMemo(() => new Map(places?.map(({ place }) => [place.id, place.name])), [places]);
  return (id) => names.get(id) ?? id;
}

export function StoreName({ id }: { id: string }) {
  const nameOf = useStoreNames();
  return (
    <Link to="/stores/$id" params={{ id }} translate="no">
      {nameOf(id)}
    </Link>
  );
}
