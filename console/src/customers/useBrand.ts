import { useQuery } from '@tanstack/react-query';
import { settingsQuery } from '@/shared/api/session';
import { currencyExponent } from '@/shared/fmt/money';

/** Currency of the brand, for fields where somebody types an amount. */
export function useBrand() {
  const { data } = useQuery(settingsQuery);
  const currency = data?.settings.currency ?? 'CNY';
  return { currency, exponent: currencyExponent(currency), settings: data?.settings };
}
