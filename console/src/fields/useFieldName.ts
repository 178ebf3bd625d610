import { useLocale } from '@/shared/i18n';

/** What is registered has a name in both languages; this one is that of the screen. */
export function useFieldName(): (named: { name_zh: string; name_en: string }) => string {
  const { locale } = useLocale();
  return ({ name_zh, name_en }) => (locale === 'en' ? name_en : name_zh);
}
