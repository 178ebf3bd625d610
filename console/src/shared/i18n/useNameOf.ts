import { useLocale } from './index';

export interface Named {
  name_zh: string;
  name_en: string;
}

/** What a brand registers has a name in both languages; this one is in that of the screen. */
export function useNameOf(): (named: Named) => string {
  const { locale } = useLocale();
  return ({ name_zh, name_en }) => (locale === 'en' ? name_en : name_zh);
}
