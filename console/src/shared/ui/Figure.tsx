import type { ReactNode } from 'react';
import css from './figure.module.css';

interface StripProps {
  label: string;
  dense?: boolean;
  /** On a wide screen; otherwise as many as fit. */
  columns?: 5;
  children: ReactNode;
}

export function FigureStrip({ label, dense, columns, children }: StripProps) {
  return (
    <section aria-label={label} className={css.strip} data-dense={dense || undefined} data-columns={columns}>
      <dl className={css.list}>{children}</dl>
    </section>
  );
}

interface Props {
  name: string;
  explain?: ReactNode;
  note?: ReactNode;
  children: ReactNode;
  testId?: string;
}

/** One key figure: name, definition, value, and what it compares to. */
export function Figure({ name, explain, note, children, testId }: Props) {
  return (
    <div className={css.figure}>
      <dt className={css.name}>
        {name}
        {explain}
      </dt>
      <dd className={css.value} data-testid={testId}>
        {children}
      </dd>
      {note && <dd className={css.note}>{note}</dd>}
    </div>
  );
}
