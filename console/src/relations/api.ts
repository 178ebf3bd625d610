import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { FromServer } from '@/shared/api/sent';

export type Relations = FromServer<'RelationsDto'>;
/** A tree of the document's own depth: `FromServer` would go down without end. */
export interface RelationNode extends Omit<FromServer<'InviterDto'>, 'at'> {
  value: FromServer<'Money'>;
  branch_value: FromServer<'Money'>;
  brought: number;
  depth: number;
  invited: RelationNode[];
  invited_at: string | null;
}
export type CustomerRelations = Omit<Relations, 'tree'> & { tree: RelationNode };

/** Below the key of the customer: whatever changes that one changes this too. */
export function relationsQuery(id: string, depth: number) {
  return queryOptions({
    queryKey: ['customer', id, 'relations', depth],
    queryFn: ({ signal }) =>
      api.get<CustomerRelations>(`/customers/${encodeURIComponent(id)}/relations`, { depth }, signal),
    placeholderData: keepPreviousData,
  });
}
