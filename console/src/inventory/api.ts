import { queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Inventory } from './types';

// Counted when it is asked for, over everything: so it is not asked for again by itself.

export const inventoryQuery = queryOptions({
  queryKey: ['inventory'],
  queryFn: ({ signal }) => api.get<Inventory>('/inventory', undefined, signal),
});
