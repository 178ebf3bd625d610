import { ActionIcon, Popover } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useT } from '../i18n';
import css from './explain.module.css';

interface Props {
  name: string;
  definition: ReactNode;
  asOf?: string | null;
  formula?: string;
}

/** The definition behind a figure: what it counts, how, and as of when. */
export function Explain({ name, definition, asOf, formula }: Props) {
  const t = useT();
  return (
    // The focus goes in: Escape closes only from there, and the text is read out.
    <Popover width={300} position="bottom-start" withinPortal trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon size={24} aria-label={t.common.aboutNumber(name)} className={css.button}>
          <IconInfoCircle size={15} stroke={1.75} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.common.aboutNumber(name)}>
        <p className={css.name}>{name}</p>
        <div className={css.text}>{definition}</div>
        {formula && <p className={css.formula}>{formula}</p>}
        {asOf && <p className={css.asOf}>{t.common.asOf(asOf)}</p>}
      </Popover.Dropdown>
    </Popover>
  );
}
