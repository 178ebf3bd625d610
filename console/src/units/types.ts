import type { FromServer } from '@/shared/api/sent';

export type UnitBatch = FromServer<'UnitBatchDto'>;
export type UnitBatchItem = FromServer<'UnitBatchItem'>;
/** The codes are null when the answer is a repeated one: they are not kept. */
export type UnitBatchWithCodes = Omit<FromServer<'UnitBatchWithCodes'>, 'codes'> & { codes: string[] | null };
export type UnitScan = FromServer<'UnitScanDto'>;
export type NewUnitBatch = Pick<
  UnitBatch,
  'product' | 'sku' | 'batch_no' | 'touch_point' | 'reward_name' | 'reward_amount' | 'units'
>;
