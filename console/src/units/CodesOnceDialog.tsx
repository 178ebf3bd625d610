import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { isBase, isPrivate, useBase } from '@/codes/base';
import { fileNameOf } from '@/codes/useDownload';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { downloadText } from '@/shared/ui/download';
import { Notice } from '@/shared/ui/Notice';
import { ScrollRegion } from '@/shared/ui/ScrollRegion';
import { codesCsv } from './batchForm';
import type { UnitBatchWithCodes } from './types';
import css from './units.module.css';

const SHOWN = 5;

interface Props {
  made: UnitBatchWithCodes;
  onClose: () => void;
}

/** The codes are here and nowhere else: neither a stray click nor Escape takes them away before they are saved. */
export function CodesOnceDialog({ made: { batch, codes }, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const { once: o } = t.units;
  const { page: p } = t.codes;
  const [stored, setStored] = useBase();
  const [base, setBase] = useState(stored);
  const [saved, setSaved] = useState(false);
  const [given, setGiven] = useState(false);
  const valid = isBase(base.trim());
  const change = (text: string) => {
    setBase(text);
    if (isBase(text.trim())) setStored(text.trim());
  };
  if (codes === null)
    return (
      <Modal opened onClose={onClose} title={o.missingTitle} closeButtonProps={{ 'aria-label': t.common.close }}>
        <div className={css.stack}>
          <p>{o.missing}</p>
          <Button onClick={onClose}>{o.toBatch}</Button>
        </div>
      </Modal>
    );
  const save = () => {
    const name = fileNameOf(`${batch.sku}-${batch.batch_no}`, 'csv');
    downloadText(name, codesCsv(batch, codes, base.trim()));
    setSaved(true);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={o.title(fmt.count(codes.length))}
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <LeaveGuard when={!saved && !given} />
      <div className={css.stack} data-testid="codes-once">
        <p>{o.text}</p>
        <TextInput
          label={p.base}
          description={o.baseHint}
          type="url"
          value={base}
          error={valid ? undefined : p.baseWrong}
          onChange={(event) => change(event.currentTarget.value)}
        />
        {valid && isPrivate(base) && (
          <div className={css.notice}>
            <Notice tone="warning">{p.basePrivate}</Notice>
          </div>
        )}
        <ScrollRegion label={o.first} className={css.codes}>
          <ol translate="no" className="mono">
            {codes.slice(0, SHOWN).map((code, index) => (
              <li key={code}>
                {index + 1}. {code}
              </li>
            ))}
            {codes.length > SHOWN && <li>…</li>}
          </ol>
        </ScrollRegion>
        <Button leftSection={<IconDownload size={16} />} disabled={!valid} onClick={save} data-autofocus>
          {o.download(fmt.count(codes.length))}
        </Button>
        {saved ? (
          <p role="status">{o.saved}</p>
        ) : (
          <Checkbox label={o.without} checked={given} onChange={(event) => setGiven(event.currentTarget.checked)} />
        )}
        <div className={css.foot}>
          <Button variant="default" disabled={!saved && !given} onClick={onClose}>
            {o.toBatch}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
