import { Button, Modal } from '@mantine/core';
import type { Source } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { SecretField } from '@/shared/ui/SecretField';
import { Snippets } from './Snippets';
import css from './sources.module.css';

interface Props {
  title: string;
  source: Source;
  writeKey: string;
  onClose: () => void;
}

/** The write key, only now, in code that is ready to be copied. A stray click or Escape does not take it away. */
export function KeyDialog({ title, source, writeKey, onClose }: Props) {
  const t = useT();
  const s = t.sources;
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <div className={css.stack}>
        <p>{s.key.text}</p>
        <SecretField label={s.key.label} value={writeKey} />
        <h3 className={css.subtitle}>{s.connect.title}</h3>
        <Snippets kind={source.kind} writeKey={writeKey} />
        <Button onClick={onClose}>{t.common.secretSaved}</Button>
      </div>
    </Modal>
  );
}
