import { Button, Modal } from '@mantine/core';
import { useT } from '../i18n';
import css from './dialog.module.css';
import { SecretField } from './SecretField';

interface Props {
  title: string;
  text: string;
  label: string;
  value: string;
  onClose: () => void;
}

/** Something that is shown only now: a stray click or Escape must not take it away before it is copied. */
export function SecretDialog({ title, text, label, value, onClose }: Props) {
  const t = useT();
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
      closeOnEscape={false}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <div className={css.stack}>
        <p>{text}</p>
        <SecretField label={label} value={value} />
        <Button onClick={onClose}>{t.common.secretSaved}</Button>
      </div>
    </Modal>
  );
}
