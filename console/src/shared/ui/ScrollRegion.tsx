import type { ReactNode } from 'react';

interface Props {
  label: string;
  className?: string;
  children: ReactNode;
  'data-tall'?: boolean;
}

/** Something wider or higher than its place: it scrolls by itself, also by keyboard. */
export function ScrollRegion({ label, ...rest }: Props) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
  return <section tabIndex={0} aria-label={label} {...rest} />;
}
