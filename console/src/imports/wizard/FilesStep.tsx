import { ActionIcon, Button, Progress, Radio } from '@mantine/core';
import { IconFileSpreadsheet, IconUpload, IconX } from '@tabler/icons-react';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { isTyping } from '@/app/useShortcuts';
import type { ImportKind } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { errorText } from '@/shared/ui/StateView';
import type { UploadItem } from './useUploads';
import css from './wizard.module.css';

interface Props {
  kind: ImportKind;
  onKind: (kind: ImportKind) => void;
  items: UploadItem[];
  onAdd: (files: File[]) => void;
  onRemove: (key: number) => void;
  onRetry: (item: UploadItem) => void;
}

export function FilesStep({ kind, onKind, items, onAdd, onRemove, onRetry }: Props) {
  const t = useT();
  const w = t.wizard;
  return (
    <div className={css.stack}>
      <Panel>
        <Radio.Group label={w.kind} value={kind} onChange={(value) => onKind(value as ImportKind)}>
          <div className={css.kinds}>
            {(['orders', 'customers'] as const).map((value) => (
              <Radio
                key={value}
                value={value}
                label={t.imports.kinds[value]}
                description={t.imports.kindHints[value]}
              />
            ))}
          </div>
        </Radio.Group>
      </Panel>
      <DropZone onAdd={onAdd} pastedCount={items.length} />
      {items.length > 0 && (
        <Panel title={w.files}>
          <ul aria-label={w.files} data-testid="upload-list">
            {items.map((item) => (
              <UploadRow key={item.key} item={item} onRemove={() => onRemove(item.key)} onRetry={() => onRetry(item)} />
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}

function DropZone({ onAdd, pastedCount }: { onAdd: (files: File[]) => void; pastedCount: number }) {
  const t = useT();
  const w = t.wizard;
  const inputRef = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      if (isTyping(event.target) || !event.clipboardData) return;
      const files = [...event.clipboardData.files];
      const text = event.clipboardData.getData('text/plain');
      if (files.length > 0) onAdd(files);
      else if (text.includes('\n'))
        onAdd([new File([text], w.pasted(String(pastedCount + 1)), { type: 'text/tab-separated-values' })]);
    };
    window.addEventListener('paste', onPaste);
    return () => window.removeEventListener('paste', onPaste);
  }, [onAdd, pastedCount, w]);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onAdd([...event.dataTransfer.files]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the button inside does the same by keyboard
    <div
      className={css.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <IconUpload size={28} stroke={1.5} aria-hidden="true" />
      <p className={css.dropTitle}>{w.drop}</p>
      <Button onClick={() => inputRef.current?.click()}>{w.browse}</Button>
      <input
        ref={inputRef}
        type="file"
        multiple
        hidden
        aria-label={w.browse}
        data-testid="file-input"
        onChange={(event) => {
          onAdd([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
      <p className="muted">{w.formats}</p>
    </div>
  );
}

function UploadRow({ item, onRemove, onRetry }: { item: UploadItem; onRemove: () => void; onRetry: () => void }) {
  const t = useT();
  const fmt = useFmt();
  const w = t.wizard;
  const ratio = item.sizeBytes > 0 ? Math.min(1, item.bytesDone / item.sizeBytes) : 1;
  const status =
    item.state === 'done' ? w.uploaded : item.state === 'failed' ? w.failed : w.uploading(fmt.percent(ratio, 0));
  return (
    <li className={css.upload} data-state={item.state}>
      <IconFileSpreadsheet size={18} stroke={1.5} aria-hidden="true" />
      <div className={css.uploadBody}>
        <p className={css.uploadName}>
          <span>{item.name}</span>
          <span className="muted">{fmt.bytes(item.sizeBytes)}</span>
        </p>
        {item.state === 'uploading' && (
          <Progress.Root size="xs">
            <Progress.Section value={ratio * 100} aria-label={`${item.name} ${status}`} />
          </Progress.Root>
        )}
        <p className={item.state === 'failed' ? 'negative' : 'muted'}>
          {item.state === 'failed' ? `${status}: ${errorText(t, item.error)}` : status}
        </p>
        {/* Only the end is announced: the share that is uploaded changes all the time. */}
        <p className="visually-hidden" role="status">
          {item.state === 'uploading' ? '' : `${item.name}: ${status}`}
        </p>
      </div>
      {item.state === 'failed' && (
        <Button size="xs" variant="default" onClick={onRetry}>
          {t.common.retry}
        </Button>
      )}
      <ActionIcon size={28} aria-label={w.remove(item.name)} onClick={onRemove}>
        <IconX size={16} />
      </ActionIcon>
    </li>
  );
}
