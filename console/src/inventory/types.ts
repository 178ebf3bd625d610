import type { FromServer } from '@/shared/api/sent';

export type Inventory = FromServer<'InventoryDto'>;
export type Asset = FromServer<'AssetDto'>;
export type AssetPart = FromServer<'AssetPartDto'>;
export type AssetCode = Asset['asset'];
