import { type PointerEvent, useRef, useState } from 'react';

/**
 * Which point of a chart is being read. A mouse reads where it is and opens with its first button; a finger reads with
 * the first tap and opens with a second one on the same point, because it has no other way to read.
 */
export function usePointerReading(indexOf: (event: PointerEvent) => number | null, onPick?: (index: number) => void) {
  const [active, setActive] = useState<number | null>(null);
  const pressed = useRef<{ index: number | null; wasRead: number | null } | null>(null);
  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      pressed.current = { index: indexOf(event), wasRead: active };
    },
    onPointerMove: (event: PointerEvent) => {
      if (event.pointerType !== 'touch') setActive(indexOf(event));
    },
    onPointerLeave: (event: PointerEvent) => {
      pressed.current = null;
      if (event.pointerType !== 'touch') setActive(null);
    },
    onPointerUp: (event: PointerEvent) => {
      const start = pressed.current;
      const index = indexOf(event);
      pressed.current = null;
      if (event.button !== 0 || index === null || start?.index !== index) return;
      if (event.pointerType === 'touch' && start.wasRead !== index) setActive(index);
      else onPick?.(index);
    },
  };
  return { active, setActive, handlers };
}
