import type { BrandSettings, LocaleTag } from '@/shared/api/types';
import type { Messages } from '@/shared/i18n';

export interface BrandForm {
  brand_name: string;
  time_zone: string;
  currency: string;
  default_locale: LocaleTag;
  margin_percent: number | string;
  discount_percent: number | string;
  horizon_days: number | string;
  current_window_days: number | string;
}

export function formOf(settings: BrandSettings): BrandForm {
  return {
    brand_name: settings.brand_name,
    time_zone: settings.time_zone,
    currency: settings.currency ?? '',
    default_locale: settings.default_locale,
    margin_percent: settings.margin_basis_points === null ? '' : settings.margin_basis_points / 100,
    discount_percent: settings.discount_rate_annual_basis_points / 100,
    horizon_days: settings.horizon_days,
    current_window_days: settings.current_window_days,
  };
}

export function settingsOf(form: BrandForm, base: BrandSettings): BrandSettings {
  return {
    ...base,
    brand_name: form.brand_name.trim(),
    time_zone: form.time_zone,
    currency: form.currency || null,
    default_locale: form.default_locale,
    margin_basis_points: form.margin_percent === '' ? null : Math.round(Number(form.margin_percent) * 100),
    discount_rate_annual_basis_points: Math.round(Number(form.discount_percent) * 100),
    horizon_days: Number(form.horizon_days),
    current_window_days: Number(form.current_window_days),
  };
}

type Field = Exclude<keyof BrandSettings, 'currency_locked' | 'currency_exponent'>;

/** What people set; the rest the server works out. */
export const FIELDS = [
  'brand_name',
  'time_zone',
  'currency',
  'default_locale',
  'margin_basis_points',
  'discount_rate_annual_basis_points',
  'horizon_days',
  'current_window_days',
] as const satisfies Field[];

export function settingNames(t: Messages): Record<Field, string> {
  const b = t.settings.brand;
  return {
    brand_name: b.name,
    time_zone: b.timeZone,
    currency: b.currency,
    default_locale: b.locale,
    margin_basis_points: b.margin,
    discount_rate_annual_basis_points: b.discount,
    horizon_days: b.horizon,
    current_window_days: b.window,
  };
}

export function changedFields(before: BrandSettings, after: BrandSettings): Field[] {
  return FIELDS.filter((field) => before[field] !== after[field]);
}

/** My changes on top of somebody else's newer version: what I did not touch stays as they left it. */
export function onTop(base: BrandSettings, mine: BrandSettings, theirs: BrandSettings): BrandSettings {
  return { ...theirs, ...Object.fromEntries(changedFields(base, mine).map((field) => [field, mine[field]])) };
}

const WORDS_ONLY: Field[] = ['brand_name', 'default_locale'];

/** Whether a change makes the server compute value again. */
export function changesFigures(before: BrandSettings, after: BrandSettings): boolean {
  return changedFields(before, after).some((field) => !WORDS_ONLY.includes(field));
}
