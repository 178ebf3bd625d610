import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import type { LocaleTag } from '../api/types';
import { loadMessages, needWords, type Part } from './load';
import type { Messages } from './zh';

export { loadMessages } from './load';
export type { Messages } from './zh';

const STORAGE_KEY = 'perennial.locale';

export function storedLocale(): LocaleTag | null {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === 'zh-CN' || stored === 'en' ? stored : null;
}

export function initialLocale(): LocaleTag {
  return storedLocale() ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en');
}

/** A module together with the words that it uses beyond those of every page. */
export async function withWords<T>(parts: readonly Part[], module: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([module, needWords(parts, initialLocale())]);
  return loaded;
}

interface Locale {
  locale: LocaleTag;
  /** Remembered on this device, unless it is told not to be. */
  setLocale: (locale: LocaleTag, how?: { remember: boolean }) => void;
}

const MessagesContext = createContext<Messages | null>(null);
const LocaleContext = createContext<Locale>({ locale: 'zh-CN', setLocale: () => {} });

interface Props {
  locale: LocaleTag;
  messages: Messages;
  children: ReactNode;
}

/** The first language is loaded before the first render; another one replaces it without a reload. */
export function I18nProvider({ locale: firstLocale, messages: firstMessages, children }: Props) {
  const [state, setState] = useState({ locale: firstLocale, messages: firstMessages });
  const setLocale = useCallback((locale: LocaleTag, { remember } = { remember: true }) => {
    if (remember) localStorage.setItem(STORAGE_KEY, locale);
    loadMessages(locale).then((messages) => setState({ locale, messages }));
  }, []);
  useEffect(() => {
    document.documentElement.lang = state.locale;
  }, [state.locale]);
  const value = useMemo(() => ({ locale: state.locale, setLocale }), [state.locale, setLocale]);
  return (
    <LocaleContext.Provider value={value}>
      <MessagesContext.Provider value={state.messages}>{children}</MessagesContext.Provider>
    </LocaleContext.Provider>
  );
}

export function useT(): Messages {
  const messages = useContext(MessagesContext);
  if (!messages) throw new Error('no dictionary: render inside I18nProvider');
  return messages;
}

export function useLocale(): Locale {
  return useContext(LocaleContext);
}

/** Text for a code that the server chose; the code itself when this version does not know it. */
export function lookup(texts: object, code: string): string {
  const found = (texts as Record<string, unknown>)[code];
  return typeof found === 'string' ? found : code;
}
