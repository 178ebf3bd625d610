import type { FromServer } from '@/shared/api/sent';

/** What a signed receipt has, as far as the console looks into it. */
export interface Receipt extends Record<string, unknown> {
  public_key: string;
  key_id: string;
}

export type Erasure = Omit<FromServer<'ErasureDto'>, 'receipt'> & { receipt: Receipt | null };
export type Verdict = FromServer<'VerdictDto'>;
