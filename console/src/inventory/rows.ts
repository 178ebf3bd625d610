import type { CsvFile } from '@/shared/charts/csv';
import { lookup, type Messages } from '@/shared/i18n';
import type { Asset, AssetPart, Inventory } from './types';

/** A part with the asset that it is of. */
export interface PartRow {
  asset: Asset;
  part: AssetPart;
}

export function partRows({ assets }: Inventory): PartRow[] {
  return assets.flatMap((asset) => asset.parts.map((part) => ({ asset, part })));
}

/** What a part is called: as somebody named it, else by the words of its kind. */
export function partName(t: Messages, { asset, part }: PartRow): string {
  if (part.name) return part.name;
  switch (asset.asset) {
    case 'profiles':
      return lookup(t.fields.classes, part.code);
    case 'identities':
      return lookup(t.common.identifiers, part.code);
    case 'events':
      return lookup(t.common.kinds, part.code);
    case 'contents':
      return lookup(t.inventory.contents, part.code);
    case 'tags':
    case 'consents':
      return part.code;
  }
}

type Held = Pick<Asset, 'total' | 'added' | 'growth_basis_points' | 'covered' | 'completeness_basis_points'>;

/** What is not counted is empty; shares are percent. */
const cells = (one: Held) => [
  one.total,
  one.added ?? '',
  one.growth_basis_points === null ? '' : one.growth_basis_points / 100,
  one.covered ?? '',
  one.completeness_basis_points === null ? '' : one.completeness_basis_points / 100,
];

/** Each asset, with its parts behind it. */
export function fileOf(inventory: Inventory, t: Messages): CsvFile {
  const { column: c, assets } = t.inventory;
  return {
    name: 'inventory.csv',
    asOf: inventory.as_of,
    currency: null,
    columns: [c.asset, c.part, c.total, c.added, c.growth, c.covered, c.completeness],
    rows: inventory.assets.flatMap((asset) => [
      [lookup(assets, asset.asset), '', ...cells(asset)],
      ...asset.parts.map((part) => [lookup(assets, asset.asset), partName(t, { asset, part }), ...cells(part)]),
    ]),
  };
}
