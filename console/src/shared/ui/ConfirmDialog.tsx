import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useT } from '../i18n';
import css from './dialog.module.css';

interface Props {
  title: string;
  text: ReactNode;
  /** Below the text: more than a sentence. */
  more?: ReactNode;
  /** A verb with its object. */
  action: string;
  danger?: boolean;
  working: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something takes effect for somebody else, at once. */
export function ConfirmDialog({ title, text, more, action, danger, working, onConfirm, onClose }: Props) {
  const t = useT();
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t.common.close }}>
      <p>{text}</p>
      {more}
      <div className={css.foot}>
        <Button variant="default" onClick={onClose}>
          {t.common.cancel}
        </Button>
        <Button color={danger ? 'red.9' : undefined} onClick={onConfirm} loading={working}>
          {action}
        </Button>
      </div>
    </Modal>
  );
}
