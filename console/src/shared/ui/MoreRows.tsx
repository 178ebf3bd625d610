import { Button } from '@mantine/core';
import { useState } from 'react';
import { useFmt } from '../fmt';
import { useT } from '../i18n';
import css from './loadMore.module.css';

const STEP = 200;

/** Rows of a long list that came in one answer: so many at once that the page stays quick. */
export function useFirstRows<T>(rows: T[]): { shown: T[]; hidden: number; more: () => void } {
  const [count, setCount] = useState(STEP);
  return {
    shown: rows.slice(0, count),
    hidden: Math.max(0, rows.length - count),
    more: () => setCount((before) => before + STEP),
  };
}

/** Below such a list. */
export function MoreRows({ hidden, onMore }: { hidden: number; onMore: () => void }) {
  const t = useT();
  const fmt = useFmt();
  if (hidden === 0) return null;
  return (
    <div className={css.more}>
      <Button variant="default" onClick={onMore}>
        {t.common.moreRows(fmt.count(hidden))}
      </Button>
    </div>
  );
}
