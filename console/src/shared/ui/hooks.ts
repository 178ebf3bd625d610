import { useEffect, useState } from 'react';
import { useT } from '../i18n';

/** `screen · brand` in the browser's tab. */
export function useDocumentTitle(screen: string | null | undefined) {
  const t = useT();
  useEffect(() => {
    document.title = screen ? `${screen} · ${t.common.brand}` : t.common.brand;
  }, [screen, t]);
}

/** A choice of this person on this device: density, columns, sidebar. Never data of customers. */
export function useStored<T>(key: string, fallback: T): [T, (value: T) => void] {
  const storageKey = `perennial.${key}`;
  const [value, setValue] = useState<T>(() => {
    try {
      const stored = localStorage.getItem(storageKey);
      return stored === null ? fallback : (JSON.parse(stored) as T);
    } catch {
      return fallback;
    }
  });
  const store = (next: T) => {
    setValue(next);
    localStorage.setItem(storageKey, JSON.stringify(next));
  };
  return [value, store];
}

export function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = () => setOnline(navigator.onLine);
    window.addEventListener('online', update);
    window.addEventListener('offline', update);
    return () => {
      window.removeEventListener('online', update);
      window.removeEventListener('offline', update);
    };
  }, []);
  return online;
}

/** For a dialog that goes with what opened it still there: whoever uses the keyboard is back where they were. */
export function useFocusBack() {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement) requestAnimationFrame(() => opener.focus());
    },
    [opener],
  );
}
