import { describe, expect, it } from 'vitest';
import {
  changedEvents,
  depthOf,
  keyOf,
  matchingEvents,
  newEvent,
  newProperty,
  parentOf,
  placeOf,
  sameDocument,
  seenShare,
  sorted,
  valuesOf,
} from './document';
import type { PlannedEvent, PlannedProperty } from './types';

const property = (path: string, seen: number | null): PlannedProperty => ({ ...newProperty(path), seen });
const event = (name: string, seen: number | null, properties: PlannedProperty[] = []): PlannedEvent => ({
  ...newEvent('track', name),
  seen,
  properties,
});

describe('a plan', () => {
  it('knows inside of what a property stands, also where a name has a dot of its own', () => {
    expect(parentOf('total')).toBeNull();
    expect(parentOf('address.city')).toBe('address');
    expect(parentOf('products[]')).toBe('products');
    expect(parentOf('products[].price')).toBe('products[]');
    expect(parentOf('a\\.b')).toBeNull();
    expect(parentOf('a\\\\.b')).toBe('a\\\\');
    expect(depthOf('products[].price.net')).toBe(3);
  });

  it('tells how often a property was there, out of the times that what it stands in was', () => {
    const order = event('Order Completed', 100, [
      property('total', 100),
      property('shipping', 50),
      property('shipping.city', 25),
      property('products', 80),
      property('products[]', 400),
      property('products[].sku', 100),
      property('added by hand', null),
    ]);
    expect(order.properties.map((one) => seenShare(order, one))).toEqual([1, 0.5, 0.5, 0.8, null, 0.25, null]);
    expect(seenShare(event('new', null), property('total', 3))).toBeNull();
  });

  it('is the same in whatever order its parts stand, and another one where a part differs', () => {
    const one = { events: [event('B', 1, [property('b', 1), property('a', 1)]), event('A', 1)] };
    const other = { events: [event('A', 1), event('B', 1, [property('a', 1), property('b', 1)])] };
    expect(sameDocument(one, other)).toBe(true);
    expect(sorted(one).events.map(keyOf)).toEqual(['track A', 'track B']);
    expect(sameDocument(one, { events: [event('A', 1)] })).toBe(false);
    expect(sameDocument(null, null)).toBe(true);
    expect(sameDocument(null, { events: [] })).toBe(false);
  });

  it('says what somebody else has made of it, event by event', () => {
    const mine = { events: [event('A', 1), event('B', 1, [property('a', 1), property('b', 1)]), event('C', 1)] };
    const changed = event('B', 1, [{ ...property('a', 1), required: true }, property('c', 1)]);
    const theirs = {
      events: [event('B', 1, changed.properties), { ...event('C', 1), description: 'x' }, event('D', 1)],
    };
    expect(changedEvents(mine, theirs).map(({ kind, event: { name }, paths }) => [kind, name, paths])).toEqual([
      ['event_removed', 'A', []],
      ['event_changed', 'B', ['a', 'b', 'c']],
      ['event_changed', 'C', []],
      ['event_added', 'D', []],
    ]);
    expect(changedEvents(null, { events: [event('A', 1)] })).toHaveLength(1);
    expect(changedEvents(mine, mine)).toEqual([]);
  });

  it('is searched by names of events, types and properties', () => {
    const events = [event('Order Completed', 1, [property('total', 1)]), newEvent('page', '')];
    expect(matchingEvents(events, ' ORDER ')).toEqual([events[0]]);
    expect(matchingEvents(events, 'tot')).toEqual([events[0]]);
    expect(matchingEvents(events, 'page')).toEqual([events[1]]);
    expect(matchingEvents(events, '')).toBe(events);
  });

  it('has values of lines: each once, none empty', () => {
    expect(valuesOf('b\n\n a \nb')).toEqual(['a', 'b']);
    expect(valuesOf(' \n')).toEqual([]);
  });

  it('finds the place that the server names', () => {
    expect(placeOf('/draft/events/3/properties/12/path')).toEqual({ event: 3, property: 12 });
    expect(placeOf('/draft/events/0/name')).toEqual({ event: 0, property: null });
    expect(placeOf('/draft/events')).toBeNull();
    expect(placeOf('/mode')).toBeNull();
  });

  it('names pages without a name as all others', () => {
    expect(newEvent('page', '').name).toBeNull();
    expect(keyOf(newEvent('track', 'A'))).toBe('track A');
  });
});
