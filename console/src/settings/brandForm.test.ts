import { describe, expect, it } from 'vitest';
import type { BrandSettings } from '@/shared/api/types';
import { changesFigures, formOf, onTop, settingsOf } from './brandForm';

const settings: BrandSettings = {
  brand_name: 'Shop',
  time_zone: 'Europe/London',
  currency: 'GBP',
  currency_locked: true,
  currency_exponent: 2,
  margin_basis_points: 4250,
  discount_rate_annual_basis_points: 1000,
  horizon_days: 365,
  current_window_days: 365,
  default_locale: 'en',
};

describe('settings form', () => {
  it('returns what it was given', () => {
    expect(settingsOf(formOf(settings), settings)).toEqual(settings);
    const unset = { ...settings, margin_basis_points: null };
    expect(settingsOf(formOf(unset), unset)).toEqual(unset);
  });

  it('turns percentages into basis points without a rest', () => {
    expect(settingsOf({ ...formOf(settings), margin_percent: '33.33', discount_percent: 8.1 }, settings)).toMatchObject(
      { margin_basis_points: 3333, discount_rate_annual_basis_points: 810 },
    );
  });

  it('puts only my own changes on top of what somebody else has saved meanwhile', () => {
    const mine = { ...settings, brand_name: 'Mine', horizon_days: 30 };
    const theirs = { ...settings, horizon_days: 730, margin_basis_points: 5000 };
    expect(onTop(settings, mine, theirs)).toEqual({ ...theirs, brand_name: 'Mine', horizon_days: 30 });
  });

  it('knows which changes make value be computed again', () => {
    expect(changesFigures(settings, { ...settings, brand_name: 'Other', default_locale: 'zh-CN' })).toBe(false);
    expect(changesFigures(settings, { ...settings, time_zone: 'UTC' })).toBe(true);
  });
});
