import type { FromServer } from '@/shared/api/sent';

/** Evidence is whatever the message said, as JSON. */
export type Consent = Omit<FromServer<'ConsentDto'>, 'evidence'> & { evidence: Record<string, unknown> };
export type ConsentState = Omit<FromServer<'ConsentStateDto'>, 'by'> & { by: Consent };
export type Withdrawal = FromServer<'WithdrawalDto'>;
export type CustomerConsents = Omit<FromServer<'CustomerConsentsDto'>, 'states' | 'history'> & {
  states: ConsentState[];
  history: Consent[];
};
export type Purpose = FromServer<'PurposeDto'>;
export type ConsentText = FromServer<'ConsentTextDto'>;
export type Collects = { traits: string[]; identifiers: string[]; sources: string[] };
export type Decision = 'granted' | 'denied' | 'revoked';

/** What somebody writes down about a customer. */
export interface NewConsent {
  customer: string;
  purpose: string;
  decision: Decision;
  /** Null: all. */
  channels: string[] | null;
  text_version: string | null;
  /** Null: now. */
  at: string | null;
  note: string | null;
}

/** What the register has of a purpose, as far as a person decides it. */
export interface PurposeSettings {
  name: string;
  description: string;
  channels: string[];
  collects: Collects;
}
