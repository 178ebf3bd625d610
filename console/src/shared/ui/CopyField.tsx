import { Button, CopyButton, TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useT } from '../i18n';
import css from './copyField.module.css';

interface Props {
  label: string;
  description?: string;
  value: string;
  testId?: string;
}

/** A text to be taken elsewhere, such as an address: whole, selectable, with a copy button. */
export function CopyField({ label, description, value, testId }: Props) {
  const t = useT();
  return (
    <div className={css.line}>
      <TextInput
        label={label}
        description={description}
        value={value}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
        classNames={{ input: css.mono }}
        data-testid={testId}
      />
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            onClick={copy}
            leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            aria-label={`${copied ? t.common.copied : t.common.copy}: ${label}`}
          >
            {copied ? t.common.copied : t.common.copy}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
