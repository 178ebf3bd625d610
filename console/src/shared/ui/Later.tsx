import { type ReactNode, startTransition, useEffect, useState } from 'react';

/** What lies below the first screen: rendered when the part above it has been painted, so that this is there sooner. */
export function Later({ children }: { children: ReactNode }) {
  const [painted, setPainted] = useState(false);
  useEffect(() => {
    const frame = requestAnimationFrame(() => startTransition(() => setPainted(true)));
    return () => cancelAnimationFrame(frame);
  }, []);
  return painted ? children : null;
}
