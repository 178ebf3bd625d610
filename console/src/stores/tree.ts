import type { LocaleTag } from '@/shared/api/types';
import type { Place, PlaceItem } from './types';

/** From a root down to a store, as the server has it. */
export const DEPTH_MAX = 8;

export interface Node {
  item: PlaceItem;
  place: Place;
  /** Those above it, from the root down. */
  above: Place[];
  below: Node[];
}

export interface Tree {
  roots: Node[];
  byId: Map<string, Node>;
  /** Stores that orders name and nobody has entered: they stand in no region. Most customers first. */
  unknown: PlaceItem[];
  regions: number;
  stores: number;
}

/** Regions before stores, then by name, where 2 comes before 10. */
function orderOf(locale: LocaleTag) {
  const { compare } = new Intl.Collator(locale, { numeric: true });
  return (one: Node, other: Node) =>
    one.place.kind === other.place.kind
      ? compare(one.place.name, other.place.name) || compare(one.place.code ?? '', other.place.code ?? '')
      : one.place.kind === 'region'
        ? -1
        : 1;
}

/** What is above comes before what is below it: so the server sends it. */
export function treeOf(items: PlaceItem[], locale: LocaleTag): Tree {
  const byId = new Map<string, Node>();
  const roots: Node[] = [];
  const unknown: PlaceItem[] = [];
  for (const item of items) {
    if (!item.place.is_known) {
      unknown.push(item);
      continue;
    }
    const parent = item.place.parent === null ? undefined : byId.get(item.place.parent);
    const above = parent ? [...parent.above, parent.place] : [];
    const node: Node = { item, place: item.place, above, below: [] };
    byId.set(item.place.id, node);
    (parent ? parent.below : roots).push(node);
  }
  const order = orderOf(locale);
  roots.sort(order);
  for (const { below } of byId.values()) below.sort(order);
  unknown.sort((one, other) => other.customers - one.customers);
  const known = [...byId.values()];
  const regions = known.filter(({ place }) => place.kind === 'region').length;
  return { roots, byId, unknown, regions, stores: known.length - regions };
}

/** It and all that is below it, in the order of the tree. */
export function withBelow(node: Node): Node[] {
  return [node, ...node.below.flatMap(withBelow)];
}

export function storesBelow(node: Node): Node[] {
  return withBelow(node).filter(({ place }) => place.kind === 'store');
}

/** `East / Shanghai / Nanjing Road`. */
export function pathText({ above, place }: Pick<Node, 'above' | 'place'>): string {
  return [...above, place].map(({ name }) => name).join(' / ');
}

export function matches({ name, code }: Pick<Place, 'name' | 'code'>, text: string): boolean {
  return `${name} ${code ?? ''}`.toLowerCase().includes(text.trim().toLowerCase());
}

/** The lines of the tree: what stands below something that is closed is left out. */
export function openRows(roots: Node[], isOpen: (id: string) => boolean): Node[] {
  return roots.flatMap((node) => [node, ...(isOpen(node.place.id) ? openRows(node.below, isOpen) : [])]);
}

/** The lines of what is looked for, each with all that is above it. */
export function foundRows(roots: Node[], text: string): Node[] {
  return roots.flatMap((node) => {
    const below = foundRows(node.below, text);
    return below.length > 0 || matches(node.place, text) ? [node, ...below] : [];
  });
}

/** How many levels come below it. */
function levelsBelow(node: Node): number {
  return node.below.reduce((most, one) => Math.max(most, 1 + levelsBelow(one)), 0);
}

/** Regions under which this place, or a new one, may stand: not itself, nothing below itself, and not too deep. */
export function parentsFor(tree: Tree, id: string | null): Node[] {
  const own = id === null ? undefined : tree.byId.get(id);
  const levels = own ? levelsBelow(own) : 0;
  return tree.roots
    .flatMap(withBelow)
    .filter(
      ({ place, above }) =>
        place.kind === 'region' &&
        above.length + 2 + levels <= DEPTH_MAX &&
        place.id !== id &&
        !above.some((one) => one.id === id),
    );
}
