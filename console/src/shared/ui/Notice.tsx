import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './notice.module.css';

type Tone = 'info' | 'warning' | 'danger' | 'success';

const ICONS = { info: IconInfoCircle, warning: IconAlertTriangle, danger: IconAlertTriangle, success: IconCircleCheck };

export function Notice({ tone, title, children }: { tone: Tone; title?: string; children?: ReactNode }) {
  const Icon = ICONS[tone];
  return (
    <div className={css.notice} data-tone={tone}>
      <Icon size={18} className={css.icon} aria-hidden="true" />
      <div className={css.body}>
        {title && <p className={css.title}>{title}</p>}
        {children}
      </div>
    </div>
  );
}
