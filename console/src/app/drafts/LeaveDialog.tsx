import { Button, Modal } from '@mantine/core';
import { useT } from '@/shared/i18n';
import css from './drafts.module.css';

interface Props {
  onStay: () => void;
  onLeave: () => void;
  /** Takes the draft away; without it there is none. */
  onDiscard?: () => void;
}

export function LeaveDialog({ onStay, onLeave, onDiscard }: Props) {
  const t = useT();
  const d = t.common.draft;
  const drop = () => {
    onDiscard?.();
    onLeave();
  };
  return (
    <Modal opened onClose={onStay} title={d.leaveTitle} closeButtonProps={{ 'aria-label': t.common.close }}>
      <p>{onDiscard ? d.leaveKept : d.leaveLost}</p>
      <div className={css.foot}>
        <Button variant="default" onClick={drop}>
          {d.leaveDrop}
        </Button>
        {onDiscard && (
          <Button variant="default" onClick={onLeave}>
            {d.leaveKeep}
          </Button>
        )}
        <Button onClick={onStay} data-autofocus>
          {d.stay}
        </Button>
      </div>
    </Modal>
  );
}
