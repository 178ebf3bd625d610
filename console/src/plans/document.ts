// A plan as a document: where things stand in it, how often they were seen, and what differs between two of them.
// Pure; the server remains the judge of what may stand in a plan.
import type { PlanDocument, PlannedEvent, PlannedProperty } from './types';

/** Of two events with the same key, one is too many. */
export const keyOf = ({ type, name }: Pick<PlannedEvent, 'type' | 'name'>) => `${type} ${name ?? ''}`;

/** Messages of these types have names in a plan; of the others there is one event each. */
export const hasName = (type: string) => type === 'track' || type === 'page' || type === 'screen';

/** `products[].price` → `products[]`, `address.city` → `address`; null for a property of the event itself. */
export function parentOf(path: string): string | null {
  if (path.endsWith('[]')) return path.slice(0, -2);
  for (let at = path.length - 1; at > 0; at -= 1)
    if (path[at] === '.' && backslashesBefore(path, at) % 2 === 0) return path.slice(0, at);
  return null;
}

function backslashesBefore(text: string, at: number): number {
  let from = at;
  while (from > 0 && text[from - 1] === '\\') from -= 1;
  return at - from;
}

/** How often a property was there, out of the times that its parent was. Null where that was not counted. */
export function seenShare(event: PlannedEvent, property: PlannedProperty): number | null {
  // Elements of a list are counted by themselves: there may be more of them than lists.
  if (property.seen === null || property.path.endsWith('[]')) return null;
  const parent = parentOf(property.path);
  const times = parent === null ? event.seen : event.properties.find(({ path }) => path === parent)?.seen;
  return times ? Math.min(1, property.seen / times) : null;
}

/** How deep a property stands inside of others, for the eye. */
export function depthOf(path: string): number {
  const parent = parentOf(path);
  return parent === null ? 0 : 1 + depthOf(parent);
}

/** In the order in which the server keeps them, so that what was just added does not jump when it is saved. */
export function sorted(document: PlanDocument): PlanDocument {
  const places = ['track', 'identify', 'page', 'screen', 'group'];
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return {
    events: [...document.events]
      .sort((a, b) => places.indexOf(a.type) - places.indexOf(b.type) || byText(a.name ?? '', b.name ?? ''))
      .map((event) => ({ ...event, properties: [...event.properties].sort((a, b) => byText(a.path, b.path)) })),
  };
}

export function sameDocument(one: PlanDocument | null, other: PlanDocument | null): boolean {
  const text = (document: PlanDocument | null) => JSON.stringify(document && sorted(document));
  return text(one) === text(other);
}

export function newProperty(path: string): PlannedProperty {
  return { path, types: ['text'], required: false, values: [], seen: null };
}

export function newEvent(type: string, name: string): PlannedEvent {
  return {
    type,
    name: name === '' ? null : name,
    description: '',
    properties: [],
    other_properties: false,
    seen: null,
  };
}

/** One text in each line; the lines of a form become values without doubles. */
export function valuesOf(lines: string): string[] {
  return [...new Set(lines.split('\n').map((line) => line.trim()))].filter(Boolean).sort();
}

/** Events by what somebody types: name, type, or a property. */
export function matchingEvents(events: PlannedEvent[], text: string): PlannedEvent[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return events;
  const has = (word: string) => word.toLowerCase().includes(wanted);
  return events.filter(
    (event) => has(event.name ?? '') || has(event.type) || event.properties.some(({ path }) => has(path)),
  );
}

/** `/draft/events/3/properties/0/path` → the place of the event, and the rest. Null: it is about the whole. */
export function placeOf(pointer: string): { event: number; property: number | null } | null {
  const found = /^\/draft\/events\/(\d+)(?:\/properties\/(\d+))?/.exec(pointer);
  if (!found) return null;
  return { event: Number(found[1]), property: found[2] === undefined ? null : Number(found[2]) };
}

export interface DocumentChange {
  kind: 'event_added' | 'event_removed' | 'event_changed';
  event: PlannedEvent;
  /** Paths that differ. */
  paths: string[];
}

/** What somebody else made of a draft meanwhile, event by event. What the server says of versions is finer. */
export function changedEvents(before: PlanDocument | null, after: PlanDocument | null): DocumentChange[] {
  const byKey = (document: PlanDocument | null) => new Map((document?.events ?? []).map((one) => [keyOf(one), one]));
  const [old, fresh] = [byKey(before), byKey(after)];
  const found: DocumentChange[] = [];
  for (const [key, event] of old) if (!fresh.has(key)) found.push({ kind: 'event_removed', event, paths: [] });
  for (const [key, event] of fresh) {
    const earlier = old.get(key);
    if (!earlier) found.push({ kind: 'event_added', event, paths: [] });
    else if (JSON.stringify(earlier) !== JSON.stringify(event))
      found.push({ kind: 'event_changed', event, paths: changedPaths(earlier, event) });
  }
  return found;
}

function changedPaths(before: PlannedEvent, after: PlannedEvent): string[] {
  const byPath = (event: PlannedEvent) =>
    new Map(event.properties.map((one) => [one.path, JSON.stringify(one)] as const));
  const [old, fresh] = [byPath(before), byPath(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].filter((path) => old.get(path) !== fresh.get(path)).sort();
}
