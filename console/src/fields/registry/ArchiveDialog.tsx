import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { archiveField, fieldsQuery } from './api';
import type { ProfileField } from './types';

/** Values of its name are plain traits from then on: that is asked about first. */
export function ArchiveDialog({ field, onClose }: { field: ProfileField; onClose: () => void }) {
  const t = useT();
  const a = t.fieldRegistry.archive;
  const queryClient = useQueryClient();
  const nameOf = useNameOf();
  const archive = useMutation({
    mutationFn: () => archiveField(field, true),
    onSuccess: () => {
      notify(a.done);
      onClose();
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: fieldsQuery.queryKey }),
  });
  return (
    <ConfirmDialog
      danger
      title={a.title}
      text={a.text(nameOf(field))}
      action={a.title}
      working={archive.isPending}
      onConfirm={() => archive.mutate()}
      onClose={onClose}
    />
  );
}
