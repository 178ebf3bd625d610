import { Button, Textarea } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useRef } from 'react';
import { useT } from '@/shared/i18n';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import css from '../codes.module.css';
import { decode } from './table';

/** A thousand lines are much less. */
const FILE_BYTES_MAX = 1_000_000;

interface Props {
  text: string;
  onChange: (text: string) => void;
}

/** Names one a line, or a table with a line of column names: pasted, or from a file. */
export function PasteFields({ text, onChange }: Props) {
  const t = useT();
  const f = t.codes.form;
  const input = useRef<HTMLInputElement>(null);
  const read = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > FILE_BYTES_MAX) return notify(f.fileTooLarge, 'danger');
    onChange(decode(await file.arrayBuffer()));
  };
  return (
    <Panel title={f.text} testId="code-names">
      <div className={css.stack}>
        <Textarea
          aria-label={f.text}
          description={f.textHint}
          rows={10}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
          classNames={{ input: css.mono }}
          wrap="off"
        />
        <div>
          <input
            ref={input}
            type="file"
            accept=".csv,.tsv,.txt,text/csv,text/plain"
            className={css.file}
            tabIndex={-1}
            aria-hidden="true"
            data-testid="codes-file"
            onChange={(event) => {
              read(event.currentTarget.files?.[0]);
              // The same file may be chosen again once it has been mended.
              event.currentTarget.value = '';
            }}
          />
          <Button variant="default" leftSection={<IconFileText size={16} />} onClick={() => input.current?.click()}>
            {f.file}
          </Button>
        </div>
      </div>
    </Panel>
  );
}
