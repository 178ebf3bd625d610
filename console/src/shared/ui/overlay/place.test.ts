import { describe, expect, it } from 'vitest';
import { placeOf } from './place';

const room = { width: 390, height: 800 };
const box = { width: 300, height: 200 };

describe('where a box stands', () => {
  it('is below what opened it, at its beginning or its end', () => {
    const anchor = { left: 40, top: 100, width: 50, height: 20 };
    expect(placeOf('below-start', anchor, box, room, 8)).toEqual({ left: 40, top: 128, maxHeight: 664 });
    expect(placeOf('below-end', { ...anchor, left: 320 }, box, room, 8)).toMatchObject({ left: 70, top: 128 });
  });

  it('is within the window', () => {
    const anchor = { left: 360, top: 100, width: 24, height: 20 };
    expect(placeOf('below-start', anchor, box, room, 8).left).toBe(82);
    expect(placeOf('below-end', { ...anchor, left: 10 }, box, room, 8).left).toBe(8);
    expect(placeOf('above', { ...anchor, left: 0 }, box, room, 8).left).toBe(8);
    expect(placeOf('right', anchor, box, room, 8).left).toBe(82);
  });

  it('turns to the other side where there is more room, and scrolls where there is too little on both', () => {
    const low = { left: 40, top: 700, width: 50, height: 20 };
    expect(placeOf('below-start', low, box, room, 8)).toMatchObject({ top: 492, maxHeight: 684 });
    const high = { left: 40, top: 20, width: 50, height: 20 };
    expect(placeOf('above', high, box, room, 5)).toMatchObject({ top: 45 });
    expect(placeOf('below-start', low, { width: 300, height: 2000 }, room, 8)).toEqual({
      left: 40,
      top: 8,
      maxHeight: 684,
    });
  });

  it('is beside it in the middle of its height', () => {
    expect(
      placeOf('right', { left: 10, top: 100, width: 40, height: 40 }, { width: 80, height: 20 }, room, 5),
    ).toMatchObject({
      left: 55,
      top: 110,
    });
  });
});
