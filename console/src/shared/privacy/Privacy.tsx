import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { mask, type PersonalKind } from './mask';

interface Privacy {
  masked: boolean;
  setMasked: (masked: boolean) => void;
  /** How many places of the screen show what names a person. */
  shown: number;
  addShown: (count: 1 | -1) => void;
}

const PrivacyContext = createContext<Privacy>({
  masked: true,
  setMasked: () => {},
  shown: 0,
  addShown: () => {},
});

const keyOf = (person: string) => `perennial.personal_shown.${person}`;

/** For the session: a closed tab, or somebody else who signs in, begins masked again. */
function storedMasked(person: string): boolean {
  try {
    return sessionStorage.getItem(keyOf(person)) !== 'true';
  } catch {
    return true;
  }
}

/** Names, addresses and numbers of people are masked until somebody asks to see them. It guards the screen, not the data. */
export function PrivacyProvider({ person, children }: { person: string; children: ReactNode }) {
  const [masked, setMaskedState] = useState(() => storedMasked(person));
  const [shown, setShown] = useState(0);
  const setMasked = useCallback(
    (next: boolean) => {
      setMaskedState(next);
      try {
        if (next) sessionStorage.removeItem(keyOf(person));
        else sessionStorage.setItem(keyOf(person), 'true');
      } catch {
        // Without storage the choice holds until the next reload.
      }
    },
    [person],
  );
  const addShown = useCallback((count: 1 | -1) => setShown((before) => before + count), []);
  const value = useMemo(() => ({ masked, setMasked, shown, addShown }), [masked, setMasked, shown, addShown]);
  return <PrivacyContext.Provider value={value}>{children}</PrivacyContext.Provider>;
}

export function usePrivacy(): Privacy {
  return useContext(PrivacyContext);
}

function useCountedAsShown(active: boolean) {
  const { addShown } = usePrivacy();
  useEffect(() => {
    if (!active) return;
    addShown(1);
    return () => addShown(-1);
  }, [active, addShown]);
}

/** How a list shows what names a person: masked, unless this person has chosen otherwise. */
export function usePersonal(): (kind: PersonalKind, value: string) => string {
  const { masked } = usePrivacy();
  useCountedAsShown(!masked);
  return useCallback((kind, value) => (masked ? mask(kind, value) : value), [masked]);
}

/** A single field that was asked for is covered again by itself: nobody thinks of doing that. */
export const REVEAL_MS = 30_000;

/** One field that can be shown by itself. `canReveal`: there is something covered that could be. */
export function useReveal(kind: PersonalKind, value: string) {
  const personal = usePersonal();
  const [revealed, setRevealed] = useState(false);
  useCountedAsShown(revealed);
  useEffect(() => {
    if (!revealed) return;
    const timer = setTimeout(() => setRevealed(false), REVEAL_MS);
    return () => clearTimeout(timer);
  }, [revealed]);
  return {
    text: revealed ? value : personal(kind, value),
    canReveal: personal(kind, value) !== value,
    revealed,
    setRevealed,
  };
}
