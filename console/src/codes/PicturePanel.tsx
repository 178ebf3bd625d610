import { Button, CopyButton, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { type Format, fetchPicture, pictureUrl } from './api';
import { isBase, isPrivate, linkOf, useBase } from './base';
import css from './codes.module.css';
import type { Code } from './types';
import { fileNameOf, useDownload } from './useDownload';

/** What is printed: the picture, the link in it, and the address that both begin with. */
export function PicturePanel({ code }: { code: Code }) {
  const t = useT();
  const p = t.codes.page;
  const [stored, setStored] = useBase();
  const [typed, setTyped] = useState(stored);
  const [failed, setFailed] = useState(false);
  const download = useDownload();
  const valid = isBase(typed.trim());
  const base = valid ? typed.trim() : stored;
  const link = linkOf(base, code.path);
  const change = (text: string) => {
    setTyped(text);
    setFailed(false);
    if (isBase(text.trim())) setStored(text.trim());
  };
  const save = (format: Format) => (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} />}
      loading={download.isPending && download.variables.name.endsWith(format)}
      onClick={() =>
        download.mutate({ name: fileNameOf(code.name, format), fetch: () => fetchPicture(code.id, format, base) })
      }
    >
      {format === 'svg' ? p.downloadSvg : p.downloadPng}
    </Button>
  );
  return (
    <Panel title={p.picture} testId="code-picture">
      <div className={css.stack}>
        <div>
          {failed ? (
            <p className="muted" role="alert">
              {p.pictureFailed}
            </p>
          ) : (
            <img
              className={css.picture}
              src={pictureUrl(code.id, base)}
              alt={t.codes.print.picture(code.name)}
              onError={() => setFailed(true)}
            />
          )}
          <div className={css.downloads}>
            {save('svg')}
            {save('png')}
          </div>
          <p className={css.hint}>{p.pictureAbout}</p>
        </div>
        <div className={css.link}>
          <TextInput
            label={p.link}
            description={p.open}
            value={link}
            readOnly
            onFocus={(event) => event.currentTarget.select()}
            classNames={{ input: css.mono }}
            data-testid="short-link"
          />
          <CopyButton value={link}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                onClick={copy}
                leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
                aria-label={`${copied ? t.common.copied : t.common.copy}: ${p.link}`}
              >
                {copied ? t.common.copied : t.common.copy}
              </Button>
            )}
          </CopyButton>
        </div>
        <TextInput
          label={p.base}
          description={p.baseHint}
          type="url"
          value={typed}
          error={valid ? undefined : p.baseWrong}
          onChange={(event) => change(event.currentTarget.value)}
        />
        {isPrivate(base) && (
          <div className={css.notice} data-testid="private-base">
            <Notice tone="warning">{p.basePrivate}</Notice>
          </div>
        )}
      </div>
    </Panel>
  );
}
