import { Button, CopyButton, TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useT } from '../i18n';
import css from './dialog.module.css';

/** Something that is shown once: whole, selectable, with a copy button. */
export function SecretField({ label, value }: { label: string; value: string }) {
  const t = useT();
  return (
    <div className={css.secret}>
      <TextInput
        label={label}
        value={value}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
        classNames={{ input: css.secretInput }}
        data-testid="secret"
      />
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            onClick={copy}
            leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          >
            {copied ? t.common.copied : t.common.copy}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
