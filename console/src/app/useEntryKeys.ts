import { type RefObject, useEffect } from 'react';
import { isTyping } from './useShortcuts';

/** J and K move between the entries (`data-entry`) of a list; Enter is theirs. Off with the other single keys. */
export function useEntryKeys(listRef: RefObject<HTMLDivElement | null>) {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.key !== 'j' && event.key !== 'k') || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      if (localStorage.getItem('perennial.single_keys') === 'false') return;
      if (document.querySelector('[role="dialog"]')) return;
      const entries = [...(listRef.current?.querySelectorAll<HTMLElement>('[data-entry]') ?? [])];
      const at = entries.indexOf(document.activeElement as HTMLElement);
      const next = entries[event.key === 'j' ? at + 1 : Math.max(0, at - 1)];
      if (!next) return;
      event.preventDefault();
      next.focus();
      next.scrollIntoView({ block: 'nearest' });
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [listRef]);
}
