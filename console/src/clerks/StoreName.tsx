import { Link } from '@tanstack/react-router';
import { useTree } from '@/stores/useTree';

/** How a store is called; its id until the tree is there. */
export function useStoreNames(): (id: string) => string {
  const tree = useTree();
  return (id) => tree?.byId.get(id)?.place.name ?? tree?.unknown.find(({ place }) => place.id === id)?.place.name ?? id;
}

export function StoreName({ id }: { id: string }) {
  const nameOf = useStoreNames();
  return (
    <Link to="/stores/$id" params={{ id }} translate="no">
      {nameOf(id)}
    </Link>
  );
}
