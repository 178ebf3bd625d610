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
