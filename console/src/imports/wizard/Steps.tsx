import { IconCheck } from '@tabler/icons-react';
import { useT } from '@/shared/i18n';
import css from './wizard.module.css';

export function Steps({ current }: { current: number }) {
  const t = useT();
  const w = t.wizard;
  return (
    <ol className={css.stepList} aria-label={w.stepOf(String(current + 1), String(w.steps.length))}>
      {w.steps.map((name, index) => (
        <li key={name} aria-current={index === current ? 'step' : undefined} data-done={index < current || undefined}>
          <span className={css.stepMark} aria-hidden="true">
            {index < current ? <IconCheck size={14} /> : index + 1}
          </span>
          {name}
        </li>
      ))}
    </ol>
  );
}
