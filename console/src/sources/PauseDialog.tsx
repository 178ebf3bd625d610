import { useMutation } from '@tanstack/react-query';
import type { Source } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { pauseSource } from './api';

interface Props {
  source: Source;
  onPaused: (source: Source) => void;
  onClose: () => void;
}

/** What is sent meanwhile is lost for good: that is asked about first. */
export function PauseDialog({ source, onPaused, onClose }: Props) {
  const t = useT();
  const p = t.sources.pause;
  const pause = useMutation({
    mutationFn: () => pauseSource(source.id),
    onSuccess: (paused) => {
      notify(p.done);
      onPaused(paused);
      onClose();
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <ConfirmDialog
      danger
      title={p.title}
      text={p.text(source.name)}
      action={p.title}
      working={pause.isPending}
      onConfirm={() => pause.mutate()}
      onClose={onClose}
    />
  );
}
