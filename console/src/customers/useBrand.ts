import { useQuery } from '@tanstack/react-query';
import { settingsQuery } from '@/shared/api/session';

/** A workspace without a currency has no amounts; ISO 4217 calls that XXX, with two decimals as on the server. */
const NO_CURRENCY = { currency: 'XXX', exponent: 2 };

/** Currency of the brand, for fields where somebody types an amount. Decimals come from the server: browsers differ. */
export function useBrand() {
  const settings = useQuery(settingsQuery).data?.settings;
  if (!settings || settings.currency === null || settings.currency_exponent === null) return NO_CURRENCY;
  return { currency: settings.currency, exponent: settings.currency_exponent };
}
