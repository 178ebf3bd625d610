import {
  cloneElement,
  type FocusEvent,
  type HTMLAttributes,
  type PointerEvent,
  type ReactElement,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { createPortal } from 'react-dom';
import css from './overlay.module.css';
import { type Side, usePlaced } from './place';

const OPEN_MS = 300;

interface Props {
  label: string;
  side?: Side;
  delay?: number;
  disabled?: boolean;
  children: ReactElement<HTMLAttributes<HTMLElement>>;
}

/**
 * A few words about something, while the pointer is on it or while it has the focus; Escape takes them away. Whatever they cover
 * can be pressed through them.
 */
export function Tip({ label, side = 'above', delay = OPEN_MS, disabled, children }: Props) {
  const id = useId();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const set = (to: HTMLElement | null, after: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(setAnchor, after, to);
  };
  const own = children.props;
  const opened = disabled ? null : anchor;
  return (
    <>
      {cloneElement(children, {
        'aria-describedby': opened ? id : own['aria-describedby'],
        onPointerEnter: (event: PointerEvent<HTMLElement>) => {
          own.onPointerEnter?.(event);
          set(event.currentTarget, delay);
        },
        onPointerLeave: (event: PointerEvent<HTMLElement>) => {
          own.onPointerLeave?.(event);
          set(null, 0);
        },
        onFocus: (event: FocusEvent<HTMLElement>) => {
          own.onFocus?.(event);
          if (event.currentTarget.matches(':focus-visible')) set(event.currentTarget, 0);
        },
        onBlur: (event: FocusEvent<HTMLElement>) => {
          own.onBlur?.(event);
          set(null, 0);
        },
      })}
      {opened &&
        createPortal(
          <Words id={id} label={label} anchor={opened} side={side} onEscape={() => set(null, 0)} />,
          document.body,
        )}
    </>
  );
}

interface WordsProps {
  id: string;
  label: string;
  anchor: Element;
  side: Side;
  onEscape: () => void;
}

function Words({ id, label, anchor, side, onEscape }: WordsProps) {
  const box = useRef<HTMLDivElement>(null);
  const away = useRef(onEscape);
  away.current = onEscape;
  usePlaced(box, anchor, side, 5);
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => key === 'Escape' && away.current();
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div ref={box} id={id} role="tooltip" className={css.tip}>
      {label}
    </div>
  );
}
