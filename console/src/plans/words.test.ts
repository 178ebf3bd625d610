import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from '@/shared/i18n/en';
import { zh } from '@/shared/i18n/zh';
import { MODES, VALUE_TYPES, VIOLATIONS } from './types';
import { allowedText, changeText, eventName, foundParts, typesText } from './words';

/** Codes that a function of the server may give. */
function codesOf(file: string, type: string): string[] {
  const source = readFileSync(`../crates/domain/src/plan/${file}`, 'utf8');
  const rest = source.slice(source.indexOf(`impl ${type} {`));
  const body = rest.slice(rest.indexOf('fn code(self)'), rest.indexOf('\n    }\n', rest.indexOf('fn code(self)')));
  return [...body.matchAll(/=> "(\w+)"/g)].map(([, code]) => code as string).sort();
}

describe('words for a plan', () => {
  it('exist for every code of the server', () => {
    expect([...VIOLATIONS].sort()).toEqual(codesOf('check.rs', 'ViolationKind'));
    expect([...MODES].sort()).toEqual(codesOf('document.rs', 'PlanMode'));
    expect([...VALUE_TYPES].sort()).toEqual(codesOf('document.rs', 'ValueType'));
    for (const words of [zh, en]) {
      expect(Object.keys(words.sources.violations.kinds).sort()).toEqual([...VIOLATIONS].sort());
      expect(Object.keys(words.sources.violations.fixes).sort()).toEqual([...VIOLATIONS].sort());
      expect(Object.keys(words.plans.types).sort()).toEqual([...VALUE_TYPES].sort());
      expect(Object.keys(words.plans.mode.names).sort()).toEqual([...MODES].sort());
      expect(Object.keys(words.plans.changes.kinds).sort()).toEqual(codesOf('changes.rs', 'ChangeKind'));
    }
  });

  it('say types and what is allowed in the language of the screen, and leave names as they are', () => {
    expect(typesText(zh, 'text or integer')).toBe('文本 或 整数');
    expect(typesText(en, 'boolean')).toBe('yes or no');
    expect(allowedText(zh, 'wrong_value', 'text: paid, text or so')).toBe('文本: paid, text or so');
    expect(allowedText(zh, 'unknown_property', 'no properties')).toBe('没有属性');
    expect(allowedText(zh, 'unknown_property', 'text, total')).toBe('text, total');
    expect(allowedText(zh, 'unknown_event', 'Order Completed')).toBe('Order Completed');
  });

  it('say what was found as a type and a form', () => {
    expect(foundParts(zh, 'wrong_type', 'text xx-999 x')).toEqual({ type: '文本', mask: 'xx-999 x' });
    expect(foundParts(en, 'missing_property', 'nothing')).toEqual({ type: 'nothing', mask: null });
    expect(foundParts(zh, 'wrong_type', 'boolean')).toEqual({ type: '是或否', mask: null });
    expect(foundParts(zh, 'unknown_event', 'track')).toEqual({ type: 'track', mask: null });
  });

  it('tell each kind of change between two versions', () => {
    const change = (kind: string, before: string | null, after: string | null) =>
      changeText(en, { kind, event_type: 'track', event: 'A', path: 'p', before, after });
    expect(change('types_changed', 'text', 'text or number')).toBe('Type: text → text or number');
    expect(change('required_changed', 'required', 'optional')).toBe('Required or not: required → optional');
    expect(change('values_changed', 'any', 'a, b')).toBe('Allowed values: any → a, b');
    expect(change('property_added', null, 'text or list, required')).toBe('New property: text or list · required');
    expect(change('other_properties_changed', 'not allowed', 'allowed')).toBe(
      'Properties outside the plan: not allowed → allowed',
    );
    expect(change('event_added', null, null)).toBe('New event');
    const newType = {
      kind: 'types_changed',
      event_type: 'track',
      event: 'A',
      path: 'p',
      before: 'text',
      after: 'number',
    };
    expect(changeText(zh, newType)).toBe('类型：文本 → 数字');
  });

  it('name events of which there is one for each type', () => {
    expect(eventName(en, { type: 'track', name: 'A' })).toBe('track · A');
    expect(eventName(en, { type: 'page', name: null })).toBe('page · all others');
    expect(eventName(zh, { type: 'identify', name: null })).toBe('identify · 这类消息');
  });
});
