import type { FromServer } from '@/shared/api/sent';

export type ContactPromises = FromServer<'ContactPromisesDto'>;
export type ContactPromise = FromServer<'ContactPromiseDto'>;
export type ContactOwner = FromServer<'ContactOwnerDto'>;
export type KeyCustomer = FromServer<'KeyCustomerDto'>;
export type KeyCustomersPage = FromServer<'KeyCustomersPage'>;
export type KeyCustomersOfOwner = FromServer<'KeyCustomersOfOwnerDto'>;

export const CHANNELS = ['phone', 'message', 'visit', 'other'] as const;
export type Channel = (typeof CHANNELS)[number];

/** What somebody wrote down of a contact. */
export interface Contact {
  channel: Channel;
  note: string;
  /** Null: now. */
  at: string | null;
}
