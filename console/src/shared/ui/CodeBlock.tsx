import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useT } from '../i18n';
import css from './codeBlock.module.css';

/** Code or a record, whole, with a button that copies it. The label says what it is. */
export function CodeBlock({ label, code, testId }: { label: string; code: string; testId?: string }) {
  const t = useT();
  return (
    <figure className={css.block}>
      <figcaption className={css.head}>
        <span className={css.label}>{label}</span>
        <CopyButton value={code}>
          {({ copied, copy }) => (
            <Button
              size="compact-sm"
              variant="default"
              onClick={copy}
              leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              aria-label={`${copied ? t.common.copied : t.common.copy}: ${label}`}
            >
              {copied ? t.common.copied : t.common.copy}
            </Button>
          )}
        </CopyButton>
      </figcaption>
      <pre className={css.code} translate="no" data-testid={testId}>
        {code}
      </pre>
    </figure>
  );
}
