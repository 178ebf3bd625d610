// The server says what is allowed and what was found in English words that follow a form. Here they are said in the
// language of the screen; whatever does not follow the form stays as it is.
import { lookup, type Messages } from '@/shared/i18n';
import type { PlanChange, PlannedEvent } from './types';

/** `text or integer` → `文本 或 整数`. */
export function typesText(t: Messages, words: string): string {
  return words
    .split(' or ')
    .map((word) => lookup(t.plans.types, word))
    .join(t.plans.or);
}

/** What would have been right, of a violation of this kind. */
export function allowedText(t: Messages, kind: string, allowed: string): string {
  if (kind === 'unknown_property') return allowed === 'no properties' ? t.plans.violations.noProperties : allowed;
  if (kind === 'unknown_event' || kind === 'unknown_touch_point') return allowed;
  // `text: paid, refunded`
  const colon = allowed.indexOf(': ');
  if (colon < 0) return typesText(t, allowed);
  return `${typesText(t, allowed.slice(0, colon))}: ${allowed.slice(colon + 2)}`;
}

/** A type in words, and the mask of what was there: `text xx-999` → `文本` and `xx-999`. */
export function foundParts(t: Messages, kind: string, found: string): { type: string; mask: string | null } {
  if (found === 'nothing') return { type: t.plans.violations.nothing, mask: null };
  // Of an event that is not planned, it is the type of its message.
  if (kind === 'unknown_event') return { type: found, mask: null };
  const blank = found.indexOf(' ');
  if (blank < 0) return { type: lookup(t.plans.types, found), mask: null };
  return { type: lookup(t.plans.types, found.slice(0, blank)), mask: found.slice(blank + 1) };
}

/** One side of a change between two versions; null where there was nothing. */
export function changeSide(t: Messages, kind: string, side: string | null): string | null {
  const { changes: c, event: e } = t.plans;
  const needs: Record<string, string> = { required: e.required, optional: e.optional };
  const mays: Record<string, string> = { allowed: c.allowed, 'not allowed': c.notAllowed };
  if (side === null) return null;
  switch (kind) {
    case 'types_changed':
      return typesText(t, side);
    case 'required_changed':
      return needs[side] ?? side;
    case 'values_changed':
      return side === 'any' ? c.any : side;
    case 'other_properties_changed':
      return mays[side] ?? side;
    case 'property_added':
    case 'property_removed': {
      // `text or number, required`
      const comma = side.lastIndexOf(', ');
      if (comma < 0) return side;
      const need = side.slice(comma + 2);
      return `${typesText(t, side.slice(0, comma))} · ${needs[need] ?? need}`;
    }
    default:
      return side;
  }
}

export function changeText(t: Messages, change: PlanChange): string {
  const c = t.plans.changes;
  const what = lookup(c.kinds, change.kind);
  const [before, after] = [change.before, change.after].map((side) => changeSide(t, change.kind, side));
  if (before && after) return t.common.is(what, c.fromTo(before, after));
  const only = before ?? after;
  return only ? t.common.is(what, only) : what;
}

/** How a sentence calls an event. */
export function eventName(t: Messages, { type, name }: Pick<PlannedEvent, 'type' | 'name'>): string {
  if (name) return `${type} · ${name}`;
  return `${type} · ${type === 'page' || type === 'screen' ? t.plans.event.anyName : t.plans.event.noName}`;
}
