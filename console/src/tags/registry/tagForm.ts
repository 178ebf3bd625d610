import { codeFault, nameFaults } from '@/app/forms/codes';
import type { Messages } from '@/shared/i18n';
import type { Tag, TagGroup } from '../types';

const VALID_DAYS_MAX = 3650;

export type TagForm = Record<'code' | 'name_zh' | 'name_en', string>;
/** `exclusive` is `yes` or empty; without days a tag stands until it is removed. */
export type GroupForm = Record<'code' | 'name_zh' | 'name_en' | 'exclusive' | 'valid_days', string>;

export const EMPTY_TAG: TagForm = { code: '', name_zh: '', name_en: '' };
export const EMPTY_GROUP: GroupForm = { ...EMPTY_TAG, exclusive: '', valid_days: '' };

export const tagFormOf = ({ code, name_zh, name_en }: Tag): TagForm => ({ code, name_zh, name_en });

export function groupFormOf({ code, name_zh, name_en, exclusive, valid_days }: TagGroup): GroupForm {
  return { code, name_zh, name_en, exclusive: exclusive ? 'yes' : '', valid_days: valid_days?.toString() ?? '' };
}

export function groupOf({ code, name_zh, name_en, exclusive, valid_days }: GroupForm) {
  const days = valid_days.trim();
  return { code, name_zh, name_en, exclusive: exclusive !== '', valid_days: days === '' ? null : Number(days) };
}

export function tagFaults(t: Messages, form: TagForm): Partial<TagForm> {
  return { ...codeFault(t, form.code, t.tagRegistry.form.codeHint), ...nameFaults(t, form) };
}

export function groupFaults(t: Messages, form: GroupForm): Partial<GroupForm> {
  const days = form.valid_days.trim();
  const isDays = days === '' || (/^\d+$/.test(days) && Number(days) >= 1 && Number(days) <= VALID_DAYS_MAX);
  return { ...tagFaults(t, form), ...(isDays ? {} : { valid_days: t.tagRegistry.form.daysRange }) };
}
