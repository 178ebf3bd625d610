import { describe, expect, it } from 'vitest';
import type { BrandSettings } from '@/shared/api/types';
import { formOf, settingsOf } from './brandForm';

const settings: BrandSettings = {
  brand_name: 'Shop',
  time_zone: 'Europe/London',
  currency: 'GBP',
  currency_locked: true,
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
});
