import { queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { FromServer } from '@/shared/api/sent';

export type CustomerProgress = FromServer<'CustomerProgressDto'>;
export type ProductProgress = FromServer<'ProductProgressDto'>;

/** Below the key of the customer: whatever changes that one changes this too. */
export function progressQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'progress'],
    queryFn: ({ signal }) => api.get<CustomerProgress>('/product-progress', { identifier: id }, signal),
  });
}
