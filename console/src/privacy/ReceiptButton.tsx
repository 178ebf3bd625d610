import { Button, type ButtonProps } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useT } from '@/shared/i18n';
import { downloadBlob } from '@/shared/ui/download';
import type { Erasure } from './types';

/** The signed receipt as a file, as it was given out: the same that `privacy receipt verify` takes. */
export function ReceiptButton({ erasure, ...button }: { erasure: Erasure } & Pick<ButtonProps, 'size'>) {
  const e = useT().privacy.erasures;
  const { receipt } = erasure;
  if (!receipt) return null;
  const download = () => {
    const text = `${JSON.stringify(receipt, null, 2)}\n`;
    downloadBlob(`receipt-${erasure.id}.json`, new Blob([text], { type: 'application/json' }));
  };
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={14} />}
      onClick={download}
      aria-label={e.receiptOf(erasure.id)}
      {...button}
    >
      {e.receipt}
    </Button>
  );
}
