import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useT } from '@/shared/i18n';
import { CopyField } from '@/shared/ui/CopyField';
import { Panel } from '@/shared/ui/Panel';
import { type Format, fetchPicture, pictureUrl } from './api';
import { BaseField, useTypedBase } from './BaseField';
import { linkOf } from './base';
import css from './codes.module.css';
import type { Code } from './types';
import { fileNameOf, useDownload } from './useDownload';

/** What is printed: the picture, the link in it, and the address that both begin with. */
export function PicturePanel({ code }: { code: Code }) {
  const t = useT();
  const p = t.codes.page;
  const typed = useTypedBase();
  const { base } = typed;
  /** The picture that did not come: another base asks for another one. */
  const [failed, setFailed] = useState('');
  const download = useDownload();
  const link = linkOf(base, code.path);
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
          {failed === base ? (
            <p className="muted" role="alert">
              {p.pictureFailed}
            </p>
          ) : (
            <img
              className={css.picture}
              src={pictureUrl(code.id, base)}
              alt={t.codes.print.picture(code.name)}
              onError={() => setFailed(base)}
            />
          )}
          <div className={css.downloads}>
            {save('svg')}
            {save('png')}
          </div>
          <p className={css.hint}>{p.pictureAbout}</p>
        </div>
        <CopyField label={p.link} description={p.open} value={link} testId="short-link" />
        <BaseField of={typed} words={p} hint={p.baseHint} />
      </div>
    </Panel>
  );
}
