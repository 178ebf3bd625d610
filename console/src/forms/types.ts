import type { FromServer } from '@/shared/api/sent';

export type Form = FromServer<'FormDto'>;
/** As it is listed: with its answers. */
export type ListedForm = FromServer<'ListedFormDto'>;
export type FieldShares = FromServer<'FieldSharesDto'>;
/** What a version of a form says. */
export type FormSettings = Form['settings'];
export type FormField = FormSettings['fields'][number];
export type FormConsent = FormSettings['consents'][number];
export type FormResults = FromServer<'FormResultsDto'>;
export type FormSpot = FromServer<'FormSpotDto'>;
export type FormRefusal = FromServer<'FormRefusalDto'>;
export type FormSubmission = FromServer<'FormSubmissionDto'>;
export type Counter = FromServer<'CounterDto'>;
export type CounterSettings = Pick<Counter, 'name' | 'place' | 'clerk' | 'code'>;

/** Of an answer: the identifiers first, then what a field of the registry may be. */
export const KINDS = ['phone', 'email', 'text', 'integer', 'decimal', 'boolean', 'date', 'choice', 'choices'] as const;
export const STATES = ['open', 'ended', 'closed'] as const;
export type State = (typeof STATES)[number];
