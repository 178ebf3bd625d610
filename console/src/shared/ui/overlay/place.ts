import { type RefObject, useLayoutEffect } from 'react';

// Where a box that floats over the page stands: beside what opened it, within the window, and there still after scrolling.

export type Side = 'below-start' | 'below-end' | 'above' | 'right';

const EDGE_PX = 8;

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Place {
  left: number;
  top: number;
  /** What of the window is left for it: beyond this it scrolls. */
  maxHeight: number;
}

const within = (at: number, size: number, room: number) => Math.max(EDGE_PX, Math.min(at, room - EDGE_PX - size));

/** On its own side where it fits or where there is more room than on the other one; never beyond an edge of the window. */
export function placeOf(
  side: Side,
  anchor: Box,
  box: Pick<Box, 'width' | 'height'>,
  room: { width: number; height: number },
  gap: number,
): Place {
  if (side === 'right') {
    const left = within(anchor.left + anchor.width + gap, box.width, room.width);
    const top = within(anchor.top + (anchor.height - box.height) / 2, box.height, room.height);
    return { left, top, maxHeight: room.height - 2 * EDGE_PX };
  }
  const above = anchor.top - gap - EDGE_PX;
  const below = room.height - (anchor.top + anchor.height) - gap - EDGE_PX;
  const [own, other] = side === 'above' ? [above, below] : [below, above];
  const isTurned = box.height > own && other > own;
  const isAbove = (side === 'above') !== isTurned;
  const maxHeight = Math.max(isAbove ? above : below, 0);
  const height = Math.min(box.height, maxHeight);
  const aligned = {
    'below-start': anchor.left,
    'below-end': anchor.left + anchor.width - box.width,
    above: anchor.left + (anchor.width - box.width) / 2,
  };
  return {
    left: within(aligned[side], box.width, room.width),
    top: isAbove ? anchor.top - gap - height : anchor.top + anchor.height + gap,
    maxHeight,
  };
}

/** Keeps a box of `position: fixed` beside its anchor for as long as it is there. */
export function usePlaced(box: RefObject<HTMLElement | null>, anchor: Element | null, side: Side, gap = 8) {
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !anchor) return;
    const put = () => {
      const { width, height } = {
        width: element.offsetWidth,
        height: element.scrollHeight + element.offsetHeight - element.clientHeight,
      };
      const room = { width: document.documentElement.clientWidth, height: window.innerHeight };
      const { left, top, maxHeight } = placeOf(side, anchor.getBoundingClientRect(), { width, height }, room, gap);
      Object.assign(element.style, { left: `${left}px`, top: `${top}px`, maxHeight: `${maxHeight}px` });
    };
    put();
    const watch = new ResizeObserver(put);
    watch.observe(element);
    watch.observe(anchor);
    window.addEventListener('scroll', put, { capture: true, passive: true });
    window.addEventListener('resize', put);
    return () => {
      watch.disconnect();
      window.removeEventListener('scroll', put, { capture: true });
      window.removeEventListener('resize', put);
    };
  }, [box, anchor, side, gap]);
}
