import { act, renderHook } from '@testing-library/react';
import type { PointerEvent } from 'react';
import { expect, it, vi } from 'vitest';
import { usePointerReading } from './usePointerReading';

/** Points are ten pixels wide. */
const indexOf = (event: PointerEvent) => Math.floor(event.clientX / 10);
const at = (clientX: number, pointerType: string, button = 0) => ({ clientX, pointerType, button }) as PointerEvent;

function setUp() {
  const onPick = vi.fn();
  const { result } = renderHook(() => usePointerReading(indexOf, onPick));
  const press = (down: PointerEvent, up = down) => {
    act(() => result.current.handlers.onPointerDown(down));
    act(() => result.current.handlers.onPointerUp(up));
  };
  return { onPick, result, press };
}

it('a mouse opens with its first button only, and only where it was pressed', () => {
  const { onPick, press, result } = setUp();
  press(at(35, 'mouse', 2));
  press(at(35, 'mouse', 1));
  press(at(35, 'mouse'), at(55, 'mouse'));
  act(() => result.current.handlers.onPointerUp(at(35, 'mouse')));
  expect(onPick).not.toHaveBeenCalled();
  press(at(35, 'mouse'));
  expect(onPick).toHaveBeenCalledExactlyOnceWith(3);
});

it('a finger reads with the first tap and opens with the second', () => {
  const { onPick, press, result } = setUp();
  press(at(35, 'touch'));
  act(() => result.current.handlers.onPointerLeave(at(35, 'touch')));
  expect(result.current.active).toBe(3);
  expect(onPick).not.toHaveBeenCalled();
  press(at(41, 'touch'));
  expect(result.current.active).toBe(4);
  expect(onPick).not.toHaveBeenCalled();
  press(at(43, 'touch'));
  expect(onPick).toHaveBeenCalledExactlyOnceWith(4);
});
