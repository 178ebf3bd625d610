import { codeFault } from '@/app/forms/codes';
import type { Messages } from '@/shared/i18n';
import { inLines } from '../ruleText';
import type { Segment, SegmentSettings } from '../types';

export const DESCRIPTION_MAX = 1000;
/** Addresses of pages of their own. */
const PAGES = ['new', 'compare'];

/** The rule is called as the server calls it: what it refuses about the text stands at the field. */
export interface SegmentForm {
  name: string;
  code: string;
  description: string;
  text: string;
}

export const EMPTY: SegmentForm = { name: '', code: '', description: '', text: '' };

export function formOf({ name, code, description, text }: Segment): SegmentForm {
  return { name, code, description, text: inLines(text) };
}

export function settingsOf({ name, description, text }: SegmentForm): SegmentSettings {
  return { name, description, text };
}

/** What is wrong before it is sent; what is wrong with the rule the server says. */
export function faultsOf(t: Messages, form: SegmentForm): Partial<SegmentForm> {
  const e = t.segmentEditor;
  return {
    ...(form.name.trim() === '' ? { name: t.access.required } : {}),
    ...codeFault(t, form.code, e.codeHint),
    ...(PAGES.includes(form.code.trim()) ? { code: e.codeIsNew } : {}),
    ...(form.text.trim() === '' ? { text: e.required } : {}),
  };
}
