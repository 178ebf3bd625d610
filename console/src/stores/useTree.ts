import { useQuery } from '@tanstack/react-query';
import type { LocaleTag } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { placesQuery } from './api';
import { type Tree, treeOf } from './tree';
import type { PlaceItem } from './types';

/** Built once for each answer, however many rows of a table look at it: there may be 20,000 places. */
const built = new WeakMap<PlaceItem[], Map<LocaleTag, Tree>>();

export function sharedTree(items: PlaceItem[], locale: LocaleTag): Tree {
  const trees = built.get(items) ?? new Map<LocaleTag, Tree>();
  built.set(items, trees);
  const tree = trees.get(locale) ?? treeOf(items, locale);
  trees.set(locale, tree);
  return tree;
}

/** The tree of places; null until it is there. */
export function useTree(): Tree | null {
  const { locale } = useFmt();
  const items = useQuery(placesQuery).data?.items;
  return items ? sharedTree(items, locale) : null;
}
