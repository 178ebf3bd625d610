import { Button, Checkbox, Modal } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { BaseField, useTypedBase } from '@/codes/BaseField';
import { fileNameOf } from '@/codes/useDownload';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { downloadText } from '@/shared/ui/download';
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
  const typed = useTypedBase();
  const [saved, setSaved] = useState(false);
  const [given, setGiven] = useState(false);
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
    downloadText(name, codesCsv(batch, codes, typed.base));
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
        <BaseField of={typed} words={t.codes.page} hint={o.baseHint} />
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
        <Button leftSection={<IconDownload size={16} />} disabled={!typed.isValid} onClick={save} data-autofocus>
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
