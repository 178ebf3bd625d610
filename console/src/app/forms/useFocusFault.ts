import { useEffect, useRef } from 'react';

/** The first field that something is wrong with gets the focus, once it was asked for: the button is far below it. */
export function useFocusFault(errors: object) {
  const ref = useRef<HTMLFormElement>(null);
  const asked = useRef(false);
  useEffect(() => {
    if (!asked.current || Object.keys(errors).length === 0) return;
    asked.current = false;
    ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [errors]);
  return {
    ref,
    ask: () => {
      asked.current = true;
    },
  };
}
