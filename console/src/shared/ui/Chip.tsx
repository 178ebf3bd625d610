import type { ReactNode } from 'react';
import css from './chip.module.css';

export type Tone = 'neutral' | 'success' | 'warning' | 'danger' | 'info' | 'primary';

export function Chip({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={css.chip} data-tone={tone}>
      {children}
    </span>
  );
}
