import { useFocusTrap, useMergedRef } from '@mantine/hooks';
import { type ReactNode, useEffect } from 'react';
import { createPortal } from 'react-dom';
import css from './overlay.module.css';
import { type Side, usePlaced } from './place';
import { type TargetProps, useOverlay } from './useOverlay';

interface Props {
  /** What the box is read out as. */
  label: string;
  width?: number;
  side?: Side;
  target: (props: TargetProps) => ReactNode;
  children: (close: () => void) => ReactNode;
}

/** A small box beside a button. The focus goes in and stays until it is closed. */
export function Popover({ target, ...props }: Props) {
  const overlay = useOverlay('dialog');
  return (
    <>
      {target(overlay.target)}
      {overlay.opened && createPortal(<Box {...props} overlay={overlay} />, document.body)}
    </>
  );
}

interface BoxProps extends Omit<Props, 'target'> {
  overlay: ReturnType<typeof useOverlay>;
}

function Box({ label, width, side = 'below-start', children, overlay: { id, box, anchor, close } }: BoxProps) {
  usePlaced(box, anchor, side);
  const ref = useMergedRef(box, useFocusTrap());
  // Of the document: the trap takes the focus a moment after the box is there, and Escape closes it in that moment too.
  useEffect(() => {
    const onKey = ({ key, isComposing }: KeyboardEvent) => key === 'Escape' && !isComposing && close();
    document.addEventListener('keydown', onKey, true);
    return () => document.removeEventListener('keydown', onKey, true);
  }, [close]);
  return (
    <div
      ref={ref}
      id={id}
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      className={`${css.box} ${css.popover}`}
      style={{ width }}
    >
      {children(close)}
    </div>
  );
}
