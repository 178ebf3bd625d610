import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useFmt } from '../fmt';
import { useT } from '../i18n';
import css from './pager.module.css';

interface Props {
  from: number;
  to: number;
  total: number;
  onPrevious?: () => void;
  onNext?: () => void;
}

export function Pager({ from, to, total, onPrevious, onNext }: Props) {
  const t = useT();
  const fmt = useFmt();
  return (
    <div className={css.pager}>
      <span>{t.common.pages.range(fmt.count(from), fmt.count(to), fmt.count(total))}</span>
      <ActionIcon
        variant="default"
        size={32}
        disabled={!onPrevious}
        onClick={onPrevious}
        aria-label={t.common.pages.previous}
      >
        <IconChevronLeft size={16} />
      </ActionIcon>
      <ActionIcon variant="default" size={32} disabled={!onNext} onClick={onNext} aria-label={t.common.pages.next}>
        <IconChevronRight size={16} />
      </ActionIcon>
    </div>
  );
}

const PAGE_SIZE = 50;

/** The rows of a page of those that are all at hand, and the pager below it. Beyond the last page is the last one. */
export function pageOf<Row>(found: Row[], wanted: number, turn: (page: number) => void) {
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  const page = Math.min(wanted, pages);
  const before = (page - 1) * PAGE_SIZE;
  const rows = found.slice(before, before + PAGE_SIZE);
  const pager = (
    <Pager
      from={before + 1}
      to={before + rows.length}
      total={found.length}
      onPrevious={page > 1 ? () => turn(page - 1) : undefined}
      onNext={page < pages ? () => turn(page + 1) : undefined}
    />
  );
  return { rows, pager };
}
