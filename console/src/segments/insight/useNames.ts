import { useLocale } from '@/shared/i18n';
import type { Names } from './types';

/** What something is called in the language of the screen. */
export function useNames(): (names: Names) => string {
  const { locale } = useLocale();
  return ({ zh, en }) => (locale === 'en' ? en : zh);
}
