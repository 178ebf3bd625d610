import { infiniteQueryOptions, keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { WHILE_NOT_BUILT } from '@/segments/api';
import { api, type Query } from '@/shared/api/client';
import { PAGE_MAX, type ReadIds } from '@/tags/keep/keeping';
import type { Contact, ContactPromise, ContactPromises, KeyCustomer, KeyCustomersPage } from './types';

const PAGE = 50;
/** Who is overdue follows from the facts, a second or two after they are told. */
const FOLLOWED_MS = 2_500;

const pathOf = (segment: string) => `/segments/${encodeURIComponent(segment)}`;
const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` });

/** All that there are, by segment, and who may be an owner. */
export const promisesQuery = queryOptions({
  queryKey: ['contact-promises'],
  queryFn: ({ signal }) => api.get<ContactPromises>('/contact-promises', undefined, signal),
});

/** `version` null makes the promise; otherwise that version is changed, if it is still the stored one. */
export async function putPromise(
  segment: string,
  version: number | null,
  promise: { days: number; owners: string[] },
): Promise<ContactPromise> {
  const headers = version === null ? {} : ifMatch(version);
  return (await api.put<ContactPromise>(`${pathOf(segment)}/contact-promise`, promise, headers)).data;
}

export function removePromise({ segment, version }: ContactPromise): Promise<void> {
  return api.delete(`${pathOf(segment)}/contact-promise`, ifMatch(version));
}

export interface KeyCustomerFilter {
  /** `me`, the id of a user, or empty: of all. */
  owner: string;
  /** `true`, `false`, or empty: both. */
  overdue: string;
}

function keyCustomers(segment: string, query: Query, signal?: AbortSignal) {
  return api.get<KeyCustomersPage>(`${pathOf(segment)}/key-customers`, query, signal);
}

export function readKeyCustomers(segment: string, filter: KeyCustomerFilter): ReadIds {
  return async (cursor) => {
    const page = await keyCustomers(segment, { ...filter, cursor, limit: PAGE_MAX });
    return { ids: page.items.map(({ customer }) => customer.id), next: page.next_cursor };
  };
}

export function keyCustomersQuery(segment: string, filter: KeyCustomerFilter) {
  return infiniteQueryOptions({
    queryKey: ['key-customers', segment, filter],
    queryFn: ({ pageParam, signal }) => keyCustomers(segment, { ...filter, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    ...WHILE_NOT_BUILT,
    placeholderData: keepPreviousData,
  });
}

export async function handOver(segment: string, customer: string, user_id: string): Promise<KeyCustomer> {
  const path = `${pathOf(segment)}/key-customers/${encodeURIComponent(customer)}/owner`;
  return (await api.put<KeyCustomer>(path, { user_id }, {})).data;
}

/** The key stays the same while the same contact is tried again. */
export function noteContact(customer: string, contact: Contact, key: Record<string, string>) {
  return api.post(`/customers/${encodeURIComponent(customer)}/contacts`, contact, key);
}

/** What was told of a customer shows at once where it stands at once, and where it follows from the facts a moment later. */
export function askAgain(queryClient: QueryClient, customer: string) {
  const ask = () => {
    queryClient.invalidateQueries({ queryKey: ['key-customers'] });
    queryClient.invalidateQueries({ queryKey: ['customer', customer] });
  };
  ask();
  setTimeout(ask, FOLLOWED_MS);
}
