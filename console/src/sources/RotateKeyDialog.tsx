import type { Source, SourceWithKey } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { RotateDialog } from '@/shared/ui/RotateDialog';
import { rotateWriteKey } from './api';

const GRACES = ['0', '3600', '86400', '604800', '2592000'] as const;

interface Props {
  source: Source;
  onRotated: (rotated: SourceWithKey) => void;
  onClose: () => void;
}

export function RotateKeyDialog({ source, ...then }: Props) {
  const r = useT().sources.rotate;
  const fmt = useFmt();
  const ends = source.earlier_key_valid_until;
  return (
    <RotateDialog
      title={r.title}
      words={r}
      graces={GRACES}
      usual="86400"
      warning={ends && <Notice tone="warning">{r.earlierEnds(fmt.listTime(ends))}</Notice>}
      rotate={(grace) => rotateWriteKey(source.id, Number(grace))}
      {...then}
    />
  );
}
