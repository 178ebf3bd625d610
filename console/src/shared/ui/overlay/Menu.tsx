import { createContext, type KeyboardEvent, type ReactNode, useContext, useEffect } from 'react';
import { createPortal } from 'react-dom';
import css from './overlay.module.css';
import { type Side, usePlaced } from './place';
import { type TargetProps, useOverlay } from './useOverlay';

const Close = createContext<() => void>(() => {});

interface Props {
  width?: number;
  side?: Side;
  target: (props: TargetProps & Pick<React.DOMAttributes<HTMLElement>, 'onKeyDown'>) => ReactNode;
  children: ReactNode;
}

/** What can be done, behind one button: arrows, the first letter, Home and End move in it. */
export function Menu({ target, ...props }: Props) {
  const overlay = useOverlay('menu');
  const open = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' || overlay.opened) return;
    event.preventDefault();
    overlay.target.onClick();
  };
  return (
    <>
      {target({ ...overlay.target, onKeyDown: open })}
      {overlay.opened && createPortal(<Items {...props} overlay={overlay} />, document.body)}
    </>
  );
}

const itemsOf = (menu: HTMLElement | null) => [...(menu?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];

interface ItemsProps extends Omit<Props, 'target'> {
  overlay: ReturnType<typeof useOverlay>;
}

function Items({ width, side = 'below-end', children, overlay: { id, box, anchor, close } }: ItemsProps) {
  usePlaced(box, anchor, side);
  useEffect(() => itemsOf(box.current)[0]?.focus({ preventScroll: true }), [box]);
  const onKeyDown = (event: KeyboardEvent) => {
    const items = itemsOf(box.current);
    const at = items.indexOf(document.activeElement as HTMLElement);
    const typed = event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== ' ' ? event.key : null;
    const to = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1,
    }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (to !== undefined) {
      event.preventDefault();
      items[to]?.focus();
    } else if (typed) {
      // No shortcut of the page meanwhile.
      event.stopPropagation();
      const behind = [...items.slice(at + 1), ...items.slice(0, at + 1)];
      behind.find(({ textContent }) => textContent?.trim().toLowerCase().startsWith(typed.toLowerCase()))?.focus();
    }
  };
  return (
    <div
      ref={box}
      id={id}
      role="menu"
      aria-labelledby={anchor?.id}
      tabIndex={-1}
      className={`${css.box} ${css.menu}`}
      style={{ width }}
      onKeyDown={onKeyDown}
    >
      <Close value={close}>{children}</Close>
    </div>
  );
}

interface ItemProps {
  icon?: ReactNode;
  /** Behind the words. */
  mark?: ReactNode;
  danger?: boolean;
  lang?: string;
  onClick?: () => void;
  /** A file that is downloaded. */
  href?: string;
  children: ReactNode;
}

export function MenuItem({ icon, mark, danger, lang, onClick, href, children }: ItemProps) {
  const close = useContext(Close);
  const common = { role: 'menuitem', tabIndex: -1, lang, className: css.item, 'data-danger': danger || undefined };
  const content = (
    <>
      {icon && <span className={css.icon}>{icon}</span>}
      <span className={css.label}>{children}</span>
      {mark && <span className={css.icon}>{mark}</span>}
    </>
  );
  const press = () => {
    close();
    onClick?.();
  };
  if (href)
    return (
      <a {...common} href={href} download onClick={press}>
        {content}
      </a>
    );
  return (
    <button {...common} type="button" onClick={press}>
      {content}
    </button>
  );
}

export function MenuDivider() {
  return <hr className={css.divider} />;
}
