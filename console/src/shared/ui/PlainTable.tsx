import type { ReactNode } from 'react';
import css from './plainTable.module.css';

interface Props {
  label: string;
  testId?: string;
  className?: string;
  children: ReactNode;
}

/** A short table inside a panel: no sorting, no fixed parts, scrolls sideways by keyboard. Figures take `num`. */
export function PlainTable({ label, testId, className, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={css.scroll} tabIndex={0} aria-label={label}>
      <table className={className ? `${css.table} ${className}` : css.table} data-testid={testId}>
        {children}
      </table>
    </section>
  );
}
