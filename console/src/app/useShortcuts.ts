import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useStored } from '@/shared/ui/hooks';

const GO_TO = { h: '/', c: '/customers', v: '/value', i: '/imports' } as const;
const CHORD_MS = 1200;

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

export function useSingleKeys() {
  return useStored('single_keys', true);
}

/** `g h`, `g c`, `?`, `/`. Single keys can be switched off (WCAG 2.1.4) and never fire while somebody types. */
interface Openers {
  openSheet: () => void;
  openPalette: () => void;
}

export function useShortcuts({ openSheet, openPalette }: Openers) {
  const navigate = useNavigate();
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
      } else if (Date.now() < chordUntil.current && event.key in GO_TO) {
        chordUntil.current = 0;
        event.preventDefault();
        navigate({ to: GO_TO[event.key as keyof typeof GO_TO] });
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [navigate, openSheet, openPalette]);
}
