import { UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import css from './linkButton.module.css';

interface Props {
  /** Where the words alone do not say of what. */
  label?: string;
  onClick: () => void;
  children: ReactNode;
}

/** Opens something on the same page, and looks like what leads to another: in rows and in sentences. */
export function LinkButton({ label, onClick, children }: Props) {
  return (
    <UnstyledButton className={css.link} onClick={onClick} aria-label={label}>
      {children}
    </UnstyledButton>
  );
}
