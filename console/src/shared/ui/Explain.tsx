import { ActionIcon } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useT } from '../i18n';
import css from './explain.module.css';
import { Popover } from './overlay/Popover';

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
    <Popover
      label={t.common.aboutNumber(name)}
      width={300}
      target={(props) => (
        <ActionIcon {...props} size={24} aria-label={t.common.aboutNumber(name)} className={css.button}>
          <IconInfoCircle size={15} stroke={1.75} />
        </ActionIcon>
      )}
    >
      {() => (
        <>
          <p className={css.name}>{name}</p>
          <div className={css.text}>{definition}</div>
          {formula && <p className={css.formula}>{formula}</p>}
          {asOf && <p className={css.asOf}>{t.common.asOf(asOf)}</p>}
        </>
      )}
    </Popover>
  );
}
