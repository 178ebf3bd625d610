// The whole process lives at another time, as a machine with a wrong clock does.

export function wrongClock(seconds) {
  const RealDate = Date;
  const offset = seconds * 1_000;
  globalThis.Date = class extends RealDate {
    constructor(...parts) {
      if (parts.length === 0) super(RealDate.now() + offset);
      else super(...parts);
    }
    static now() {
      return RealDate.now() + offset;
    }
  };
}
