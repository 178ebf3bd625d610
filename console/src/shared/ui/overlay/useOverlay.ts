import { useCallback, useEffect, useId, useRef, useState } from 'react';

/** What the button that opens a box is given. */
export interface TargetProps {
  ref: (element: HTMLButtonElement | null) => void;
  id: string;
  onClick: () => void;
  'aria-expanded': boolean;
  'aria-controls': string | undefined;
  'aria-haspopup': 'dialog' | 'menu';
}

/**
 * A box that a button opens: pressing elsewhere or Escape closes it. Where the focus would be lost with it, the button has it
 * again; whoever pressed something else keeps that.
 */
export function useOverlay(kind: TargetProps['aria-haspopup']) {
  const id = useId();
  const [opened, setOpened] = useState(false);
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null);
  const box = useRef<HTMLDivElement>(null);

  const close = useCallback(() => {
    const active = document.activeElement;
    if (!active || active === document.body || box.current?.contains(active)) anchor?.focus({ preventScroll: true });
    setOpened(false);
  }, [anchor]);

  useEffect(() => {
    if (!opened) return;
    const onPress = ({ target }: PointerEvent) => {
      const isInside = target instanceof Node && (box.current?.contains(target) || anchor?.contains(target));
      if (!isInside) setOpened(false);
    };
    document.addEventListener('pointerdown', onPress);
    return () => document.removeEventListener('pointerdown', onPress);
  }, [opened, anchor]);

  const target: TargetProps = {
    ref: setAnchor,
    id: `${id}-target`,
    onClick: () => (opened ? close() : setOpened(true)),
    'aria-expanded': opened,
    'aria-controls': opened ? id : undefined,
    'aria-haspopup': kind,
  };
  return { id, box, anchor, opened, close, target };
}
