import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { tagGroupsQuery } from '../api';
import type { Tag, TagGroup } from '../types';
import { archiveGroup, archiveTag } from './api';

interface Props {
  group: TagGroup;
  /** Null: the whole group. */
  tag: Tag | null;
  onClose: () => void;
}

/** From then on it is put on nobody; what stands stays. */
export function ArchiveDialog({ group, tag, onClose }: Props) {
  const t = useT();
  const a = t.tagRegistry.archive;
  const queryClient = useQueryClient();
  const nameOf = useNameOf();
  const archive = useMutation<unknown>({
    mutationFn: () => (tag ? archiveTag(tag, true) : archiveGroup(group, true)),
    onSuccess: () => {
      notify(a.done);
      onClose();
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: tagGroupsQuery.queryKey }),
  });
  return (
    <ConfirmDialog
      danger
      title={tag ? a.tagTitle : a.groupTitle}
      text={tag ? a.tagText(nameOf(tag)) : a.groupText(nameOf(group))}
      action={tag ? a.tagTitle : a.groupTitle}
      working={archive.isPending}
      onConfirm={() => archive.mutate()}
      onClose={onClose}
    />
  );
}
