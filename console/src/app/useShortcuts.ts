import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useCan } from '@/access/me';
import { useStored } from '@/shared/ui/hooks';
import { PAGES } from './Navigation';

const CHORD_MS = 1200;

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

export function useSingleKeys() {
  return useStored('single_keys', true);
}

interface Openers {
  openSheet: () => void;
  openPalette: () => void;
}

/** `g h`, `g c`, `?`, `/`. Single keys can be switched off (WCAG 2.1.4) and never fire while somebody types. */
export function useShortcuts({ openSheet, openPalette }: Openers) {
  const navigate = useNavigate();
  const can = useCan();
  const chordUntil = useRef(0);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (localStorage.getItem('perennial.single_keys') === 'false') return;
      if (document.querySelector('[role="dialog"]')) return;
      const target = PAGES.find((page) => 'letter' in page && page.letter === event.key && can(page.right));
      if (event.key === '?') {
        event.preventDefault();
        openSheet();
      } else if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('[data-search-field]');
        if (field) {
          event.preventDefault();
          field.focus();
        }
      } else if (event.key === 'g') {
        chordUntil.current = Date.now() + CHORD_MS;
      } else if (Date.now() < chordUntil.current && target) {
        chordUntil.current = 0;
        event.preventDefault();
        navigate({ to: target.to });
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [navigate, can, openSheet, openPalette]);
}
