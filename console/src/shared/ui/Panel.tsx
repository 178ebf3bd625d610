import { type ReactNode, useId } from 'react';
import css from './panel.module.css';

interface Props {
  title?: string;
  explain?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  flush?: boolean;
  testId?: string;
  className?: string;
}

export function Panel({ title, explain, actions, children, flush, testId, className }: Props) {
  const id = useId();
  return (
    <section
      className={`${css.panel} ${flush ? css.flush : ''} ${className ?? ''}`}
      aria-labelledby={title ? id : undefined}
      data-testid={testId}
    >
      {(title || actions) && (
        <div className={css.head}>
          {title && (
            <h2 className={css.title} id={id}>
              {title}
            </h2>
          )}
          {explain}
          {actions && <div className={css.actions}>{actions}</div>}
        </div>
      )}
      <div className={css.body}>{children}</div>
    </section>
  );
}

interface HeaderProps {
  title: ReactNode;
  /** A button beside the title. */
  aside?: ReactNode;
  meta?: ReactNode;
  actions?: ReactNode;
}

/** The way back from a page to where it belongs, above its header. */
export function BackNav({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className={css.back} aria-label={label}>
      {children}
    </nav>
  );
}

export function PageHeader({ title, aside, meta, actions }: HeaderProps) {
  return (
    <header className={css.pageHeader}>
      <div className={css.pageHeading}>
        <div className={css.titleLine}>
          <h1 className={css.h1}>{title}</h1>
          {aside}
        </div>
        {meta && <div className={css.meta}>{meta}</div>}
      </div>
      {actions && <div className={css.pageActions}>{actions}</div>}
    </header>
  );
}
